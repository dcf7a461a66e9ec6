// The type of a lesson: data that the player (player.ts) walks through. Texts are functions, because they are read from the
// catalogue when they are shown, and may speak of what was measured.
import type { AnyUnit } from '../../words/en/lessons';
import type { Desk, Tab } from '../state/desk';
import type { LessonId, Measured, StepOutcome } from '../state/lessons';

/** What texts and conditions may look at. */
export interface Known {
  readonly desk: Desk;
  /** By the ids of the steps. */
  readonly outcomes: Readonly<Record<string, StepOutcome>>;
}

export type Text = (known: Known) => string;

/** A control of the page, by its role and accessible name. */
export interface Control {
  readonly role: 'slider' | 'button' | 'tab' | 'switch' | 'radio' | 'spinbutton';
  /** Its whole name, or the beginning of it. */
  readonly name: () => string;
  /** The panel that it is on; `tune` for the faders, `plot` for what is above them. */
  readonly tab: Tab;
}

interface StepBase {
  readonly id: string;
  readonly text: Text;
  /**
   * Fields of a link, e.g. `w=4/fits=32KB`, that the desk is set to when the step is first reached; all others are at their
   * first value. Without it the desk stays as it is.
   */
  readonly sets?: string;
}

/** Something to read. */
export interface TextStep extends StepBase {
  readonly kind: 'text';
}

/** Something to do on the desk. */
export interface DoStep extends StepBase {
  readonly kind: 'do' | 'check';
  /** The task in one sentence. */
  readonly task: Text;
  /** Controls to use: the first that is there is pointed at. */
  readonly controls: readonly Control[];
  /** When it is done. */
  until(known: Known): boolean;
}

/** The range of a guess. */
export interface Scale {
  readonly unit: AnyUnit;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** True where guesses differ by factors. */
  readonly log?: boolean;
}

/** A guess, to be locked before the value is known. */
export interface PredictStep extends StepBase {
  readonly kind: 'predict';
  readonly question: Text;
  readonly scale: Scale;
}

/** The guess beside the value. */
export interface RevealStep extends StepBase {
  readonly kind: 'reveal';
  /** The step with the guess. */
  readonly of: string;
  /** The value, as soon as it is known. `text` explains it, and is shown after it. */
  measure(known: Known): Measured | undefined;
}

/** A question that the state of the desk answers. */
export interface ChoiceStep extends StepBase {
  readonly kind: 'choice';
  readonly question: Text;
  readonly choices: readonly { readonly value: string; readonly label: Text }[];
  /** The right ones. */
  right(known: Known): readonly string[];
  /** Why it is right, shown once it is chosen. */
  readonly because: Text;
}

export type Step = TextStep | DoStep | PredictStep | RevealStep | ChoiceStep;

export interface Lesson {
  readonly id: LessonId;
  /** Network and images, as in a link, e.g. `v1/tiny/emoji10`. */
  readonly on: string;
  readonly steps: readonly Step[];
  /** What to take away, at the end. */
  readonly summary: Text;
}

/** Whether the next step may come. */
export function isMet(step: Step, outcomes: Known['outcomes']): boolean {
  if (step.kind === 'text') return true;
  if (step.kind === 'predict') return outcomes[step.id]?.guess !== undefined;
  if (step.kind === 'reveal') return outcomes[step.of]?.measured !== undefined;
  return outcomes[step.id]?.done === true;
}
