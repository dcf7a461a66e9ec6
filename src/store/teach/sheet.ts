// A lesson on paper: its texts and questions, with the answers as far as they follow from expected numbers. What depends on
// what people do or measure in the room is left out, rather than answered for a desk that nobody has.
import type { Lesson, Scale, Text } from '../lessons/lesson';
import type { Desk } from '../state/desk';
import type { LessonId, Measured, StepOutcome } from '../state/lessons';
import { type Expected, expectedDesk } from './expected';

export type SheetItem =
  | { readonly kind: 'text' | 'task'; readonly text: string; readonly task?: string }
  | {
      readonly kind: 'guess';
      readonly text: string;
      readonly question: string;
      readonly unit: Scale['unit'];
      /** Absent where it is measured in the room only. */
      readonly answer?: Measured;
      readonly because?: string;
    }
  | {
      readonly kind: 'choice';
      readonly question: string;
      readonly choices: readonly { readonly label: string; readonly right: boolean }[];
      /** False where the right choice depends on what was measured or done in the room. */
      readonly known: boolean;
      readonly because?: string;
    };

export interface LessonSheet {
  readonly id: LessonId;
  readonly items: readonly SheetItem[];
}

/** Tells whether anything was asked for that only the room knows. */
function watched<T extends object>(target: T, isUnknown: (key: string) => boolean, tell: () => void): T {
  return new Proxy(target, {
    get(from, key) {
      if (isUnknown(String(key))) tell();
      return Reflect.get(from, key);
    },
  });
}

/** The lesson as a sheet. */
export function sheetOf(lesson: Lesson, expected: Expected): LessonSheet {
  const outcomes: Record<string, StepOutcome> = {};
  let sets = '';
  // From a step that people do until the desk is set up again.
  let changed = false;
  let unknown = false;
  const ask = <T>(
    act: (known: { desk: Desk; outcomes: Readonly<Record<string, StepOutcome>> }) => T,
  ): T | undefined => {
    unknown = false;
    const tell = () => {
      unknown = true;
    };
    const desk = watched(expectedDesk(lesson, sets, expected), () => changed, tell);
    const answer = act({ desk, outcomes: watched(outcomes, (id) => !(id in outcomes), tell) });
    return unknown ? undefined : answer;
  };
  const say = (text: Text) => ask(text) ?? '';
  const items: SheetItem[] = [];
  for (const step of lesson.steps) {
    if (step.sets !== undefined) {
      sets = step.sets;
      changed = false;
    }
    if (step.kind === 'text') items.push({ kind: 'text', text: say(step.text) });
    else if (step.kind === 'do' || step.kind === 'check') {
      items.push({ kind: 'task', text: say(step.text), task: say(step.task) });
      changed = true;
    } else if (step.kind === 'predict')
      items.push({ kind: 'guess', text: say(step.text), question: say(step.question), unit: step.scale.unit });
    else if (step.kind === 'choice') {
      const right = ask(step.right);
      const because = right && ask(step.because);
      const choices = step.choices.map(({ value, label }) => ({
        label: say(label),
        right: right?.includes(value) ?? false,
      }));
      items.push({
        ...{ kind: 'choice', question: say(step.question), choices, known: right !== undefined },
        ...(because && { because }),
      });
    } else if (step.kind === 'reveal') {
      const answer = ask(step.measure);
      if (answer === undefined) continue;
      outcomes[step.of] = { measured: answer };
      const because = say(step.text);
      const at = items.findLastIndex(({ kind }) => kind === 'guess');
      const guess = items[at];
      if (guess?.kind === 'guess') items[at] = { ...guess, answer, ...(because && { because }) };
    }
  }
  return { id: lesson.id, items };
}
