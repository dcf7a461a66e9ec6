// Hands the tasks of this page's search out to the computers of a room, through the shared document: for each computer a list of
// what it is to measure, which only this page writes, and a list of its answers, which only that computer writes.
import type { Map as SharedMap } from 'yjs';
import { type AnsweredTask, type AskedTask, readAnswered } from './tasks';

/** Tasks of a computer at a time: the next one is there when it has finished one. */
export const DEPTH = 2;
/** Milliseconds between two messages: half of what the server lets through (src/node/room.ts). */
export const PACE = 100;
/** Characters of tasks in a message: half of what the server lets through. */
const MOST = 32 * 1024;
/** A computer that takes longer gets no more until it answers; milliseconds. */
const PATIENCE = { first: 60_000, least: 20_000, times: 6 } as const;
const CHECK_EVERY = 1000;

export const askKey = (by: number, to: number): string => `ask/${by}/${to}`;
export const answerKey = (by: number, from: number): string => `answer/${by}/${from}`;

/** Who is in the room with the same network and images, and willing. */
export interface Helper {
  readonly id: number;
  readonly name: string;
}

interface Member extends Helper {
  readonly tasks: Map<string, { readonly task: AskedTask; readonly since: number }>;
  isLate: boolean;
}

export interface AskingEvents {
  /** An answer, or null if nobody is left to give one. */
  onAnswer(id: string, from: Helper | null, answer: AnsweredTask | null): void;
  /** How many tasks there are takers for. */
  onPlaces(places: number): void;
}

/** One search. Close it at its end. */
export class Asking {
  private readonly members = new Map<number, Member>();
  private readonly excluded = new Set<number>();
  private queue: AskedTask[] = [];
  private readonly changed = new Set<number>();
  private flushing: ReturnType<typeof setTimeout> | undefined;
  private readonly checking: ReturnType<typeof setInterval>;
  private slowest = 0;
  private places = 0;

  constructor(
    private readonly shared: SharedMap<unknown>,
    private readonly me: number,
    private readonly events: AskingEvents,
  ) {
    shared.observe(this.read);
    this.checking = setInterval(() => this.findLate(), CHECK_EVERY);
  }

  /** Those who are there now; the tasks of who has left go to others. */
  setHelpers(helpers: readonly Helper[]): void {
    const there = new Map(helpers.filter(({ id }) => !this.excluded.has(id)).map((helper) => [helper.id, helper]));
    for (const member of [...this.members.values()]) if (!there.has(member.id)) this.drop(member);
    for (const [id, helper] of there) {
      const known = this.members.get(id);
      this.members.set(id, { ...(known ?? { tasks: new Map(), isLate: false }), ...helper });
    }
    this.settle();
  }

  ask(task: AskedTask): void {
    this.queue.push(task);
    this.settle();
  }

  /** A task that is not needed any more. */
  unask(id: string): void {
    this.queue = this.queue.filter((task) => task.id !== id);
    for (const member of this.members.values()) if (member.tasks.delete(id)) this.changed.add(member.id);
    this.settle();
  }

  /** Asks a computer no more. */
  exclude(id: number): void {
    this.excluded.add(id);
    const member = this.members.get(id);
    if (member) this.drop(member);
    this.settle();
  }

  close(): void {
    clearTimeout(this.flushing);
    clearInterval(this.checking);
    this.shared.unobserve(this.read);
    const [asks, answers] = [`ask/${this.me}/`, `answer/${this.me}/`];
    this.shared.doc?.transact(() => {
      for (const key of [...this.shared.keys()])
        if (key.startsWith(asks) || key.startsWith(answers)) this.shared.delete(key);
    });
  }

  private drop(member: Member): void {
    this.members.delete(member.id);
    this.changed.add(member.id);
    // Nobody waits for a late one's tasks any more.
    if (!member.isLate) this.queue.unshift(...[...member.tasks.values()].map(({ task }) => task));
  }

  /** Gives the tasks to whoever has the fewest, and says how many there are takers for. */
  private settle(): void {
    const ready = [...this.members.values()].filter(({ isLate }) => !isLate);
    while (this.queue.length > 0) {
      const [least] = ready.filter(({ tasks }) => tasks.size < DEPTH).sort((a, b) => a.tasks.size - b.tasks.size);
      if (least === undefined) break;
      const task = this.queue.shift() as AskedTask;
      least.tasks.set(task.id, { task, since: Date.now() });
      this.changed.add(least.id);
    }
    if (ready.length === 0) for (const { id } of this.queue.splice(0)) this.events.onAnswer(id, null, null);
    if (this.changed.size > 0) this.flushing ??= setTimeout(() => this.flush(), PACE);
    const places = DEPTH * ready.length;
    if (places !== this.places) this.events.onPlaces(places);
    this.places = places;
  }

  /** Writes what has changed, in one message; what does not fit follows in the next. */
  private flush(): void {
    this.flushing = undefined;
    let room = MOST;
    this.shared.doc?.transact(() => {
      for (const id of [...this.changed]) {
        const tasks = [...(this.members.get(id)?.tasks.values() ?? [])].map(({ task }) => task);
        room -= JSON.stringify(tasks).length;
        if (room < 0) break;
        this.changed.delete(id);
        if (tasks.length > 0) this.shared.set(askKey(this.me, id), tasks);
        else this.shared.delete(askKey(this.me, id));
      }
    });
    if (this.changed.size > 0) this.flushing = setTimeout(() => this.flush(), PACE);
  }

  private readonly read = ({ keysChanged }: { readonly keysChanged: ReadonlySet<string> }): void => {
    for (const member of this.members.values()) {
      const key = answerKey(this.me, member.id);
      if (!keysChanged.has(key)) continue;
      for (const answer of readAnswered(this.shared.get(key))) {
        const asked = member.tasks.get(answer.id);
        if (asked === undefined) continue;
        member.tasks.delete(answer.id);
        member.isLate = false;
        this.slowest = Math.max(this.slowest, Date.now() - asked.since);
        this.changed.add(member.id);
        this.events.onAnswer(answer.id, member, answer.right === undefined ? null : answer);
      }
    }
    this.settle();
  };

  /** Gives up waiting for who takes too long; an answer that comes nevertheless makes up for it. */
  private findLate(): void {
    const { first, least, times } = PATIENCE;
    const limit = this.slowest === 0 ? first : Math.max(least, times * this.slowest);
    for (const member of this.members.values()) {
      const isLate = [...member.tasks.values()].some(({ since }) => Date.now() - since > limit);
      if (!isLate || member.isLate) continue;
      member.isLate = true;
      for (const id of member.tasks.keys()) this.events.onAnswer(id, member, null);
    }
    this.settle();
  }
}
