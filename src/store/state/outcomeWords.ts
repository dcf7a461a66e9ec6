// Describes the outcome of training in words. A network that got worse is reported as such.
import type { TrainOptions, TrainOutcome } from '../../engine/protocol/training';
import { configName } from '../../words/config';
import { train } from '../../words/en/train';

/** The outcome of a run, without the network, and the options that it ran with. */
export interface Outcome extends Omit<TrainOutcome, 'network'> {
  readonly options: TrainOptions;
}

/** From this learning rate up, the rate is the likely reason if plain SGD makes trained weights worse. */
const HIGH_RATE = 0.1;

/** The verdict, as a title. */
export function outcomeTitle({ reason, comparison, options }: Outcome): string {
  const { title } = train;
  if (reason === 'diverged') return title.diverged;
  if (comparison?.verdict === 'chance') return title.chance;
  if (comparison?.verdict === 'worse') return options.fromScratch ? title.worseFresh : title.worse;
  return reason === 'stopped' ? title.stopped : title.finished;
}

/** True if the network got worse. */
export function isBad({ reason, comparison }: Outcome): boolean {
  return reason === 'diverged' || comparison?.verdict === 'chance' || comparison?.verdict === 'worse';
}

/** The numbers behind the verdict, and the likely reason. */
export function outcomeText(outcome: Outcome): string {
  const { reason, message, steps, comparison, options } = outcome;
  if (comparison === undefined) return message;
  const course = train.afterSteps(steps, reason === 'stopped');
  if (comparison.after.n === 0) return train.incomparable(course);
  const said = train.compared(comparison, options.policy && configName(options.policy), course);
  const why = reasonFor(outcome);
  return why === '' ? said : `${said} ${why}`;
}

/** The likely reason for a bad outcome; empty for a good one. */
function reasonFor(outcome: Outcome): string {
  if (!isBad(outcome)) return '';
  const { learningRate, fromScratch } = outcome.options;
  if (learningRate > HIGH_RATE) return train.reason.rate(learningRate);
  return fromScratch ? train.reason.fromScratch : train.reason.other(learningRate);
}
