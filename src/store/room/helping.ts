// Measures the tasks that another page of the room asks this one for, one at a time, and writes the answers into the shared
// document. What is not asked for any more is ended.
import type { Map as SharedMap } from 'yjs';
import type { Task } from '../../engine/protocol/searching';
import { answerKey, askKey, PACE } from './asking';
import { type AnsweredTask, type AskedTask, type CrewLead, readAsked } from './tasks';

/** A measurement in progress; canceled, its result rejects. */
export interface Measuring {
  readonly result: Promise<{ readonly right: number; readonly loss: number }>;
  cancel(): void;
}

export interface HelpingWork {
  /** The task to measure here; undefined if it cannot be. */
  taskOf(asked: AskedTask, lead: CrewLead): Task | undefined;
  measure(task: Task): Measuring;
  /** Called for each task measured. */
  onMeasured(): void;
}

export class Helping {
  private lead: CrewLead | undefined;
  private working: { readonly id: string; readonly cancel: () => void } | undefined;
  private answers: AnsweredTask[] = [];
  private flushing: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly shared: SharedMap<unknown>,
    private readonly me: number,
    private readonly work: HelpingWork,
  ) {
    shared.observe(({ keysChanged }) => {
      if (this.lead && keysChanged.has(askKey(this.lead.by, me))) this.look();
    });
  }

  /** Measures for a search, or for none. */
  follow(lead: CrewLead | undefined): void {
    if (JSON.stringify(lead) === JSON.stringify(this.lead)) return;
    this.stop();
    if (this.lead) this.shared.delete(answerKey(this.lead.by, this.me));
    clearTimeout(this.flushing);
    this.flushing = undefined;
    this.answers = [];
    this.lead = lead;
    this.look();
  }

  /** Takes the next task that is asked for and not answered. */
  private look(): void {
    const { lead } = this;
    const asked = lead ? readAsked(this.shared.get(askKey(lead.by, this.me))) : [];
    const isAsked = (id: string) => asked.some((task) => task.id === id);
    if (this.working && !isAsked(this.working.id)) this.stop();
    const kept = this.answers.filter(({ id }) => isAsked(id));
    if (kept.length < this.answers.length) this.write(kept);
    if (this.working) return;
    const next = asked.find(({ id }) => !this.answers.some((answer) => answer.id === id));
    if (lead && next) void this.measure(next, lead);
  }

  /** Ends the measurement in progress; its end takes the next task. */
  private stop(): void {
    const { working } = this;
    if (working === undefined) return;
    working.cancel();
    this.working = { ...working, cancel: () => {} };
  }

  private async measure(asked: AskedTask, lead: CrewLead): Promise<void> {
    const { id } = asked;
    const task = this.work.taskOf(asked, lead);
    let answer: AnsweredTask = { id };
    if (task !== undefined) {
      const { result, cancel } = this.work.measure(task);
      this.working = { id, cancel };
      try {
        const { right, loss } = await result;
        answer = { id, right, loss };
        this.work.onMeasured();
      } catch {
        // Answered without numbers: whoever asks measures it elsewhere.
      }
      this.working = undefined;
    }
    if (this.lead === lead) this.write([...this.answers, answer]);
    this.look();
  }

  private write(answers: AnsweredTask[]): void {
    this.answers = answers;
    this.flushing ??= setTimeout(() => {
      this.flushing = undefined;
      if (this.lead === undefined) return;
      const key = answerKey(this.lead.by, this.me);
      if (this.answers.length > 0) this.shared.set(key, this.answers);
      else this.shared.delete(key);
    }, PACE);
  }
}
