// Describes the outcome of training in words. A network that got worse is reported as such.
import type { TrainOptions, TrainOutcome } from '../../engine/protocol/training';
import { configName } from '../../words/config';

/** The outcome of a run, without the network, and the options that it ran with. */
export interface Outcome extends Omit<TrainOutcome, 'network'> {
  readonly options: TrainOptions;
}

const percent = (share: number) => (share * 100).toFixed(1);
const points = (share: number) => `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
/** From this learning rate up, the rate is the likely reason if plain SGD makes trained weights worse. */
const HIGH_RATE = 0.1;

/** The verdict, as a title. */
export function outcomeTitle({ reason, comparison, options }: Outcome): string {
  if (reason === 'diverged') return 'Training diverged';
  if (comparison?.verdict === 'chance') return 'Training took the network down to chance';
  if (comparison?.verdict === 'worse')
    return options.fromScratch ? 'The new weights are worse than the old ones' : 'Training made the network worse';
  return reason === 'stopped' ? 'Stopped' : 'Finished';
}

/** True if the network got worse. */
export function isBad({ reason, comparison }: Outcome): boolean {
  return reason === 'diverged' || comparison?.verdict === 'chance' || comparison?.verdict === 'worse';
}

/** The numbers behind the verdict, and the likely reason. */
export function outcomeText(outcome: Outcome): string {
  const { reason, message, steps, comparison, options } = outcome;
  if (comparison === undefined) return message;
  const { before, after, difference } = comparison;
  const course = `${reason === 'stopped' ? 'stopped after ' : 'after '}${steps} ${steps === 1 ? 'step' : 'steps'}`;
  if (after.n === 0) return `${course}. There are no validation images to compare the weights on.`;
  const on = `${options.policy ? `at ${configName(options.policy)}` : 'in float'}, on the same ${after.n.toLocaleString('en-US')} validation images`;
  const sure = `${points(difference.difference)} points, ${points(difference.lower)} to ${points(difference.upper)}`;
  const unclear = comparison.verdict === 'same' ? ': no difference beyond chance' : '';
  return `${percent(before.value)} → ${percent(after.value)} % ${on} (${sure})${unclear}, ${course}.${reasonFor(outcome)}`;
}

/** The likely reason for a bad outcome; empty for a good one. */
function reasonFor(outcome: Outcome): string {
  if (!isBad(outcome)) return '';
  const { learningRate, fromScratch } = outcome.options;
  if (learningRate > HIGH_RATE)
    return ` A learning rate of ${learningRate} is probably too high; try ${Number((learningRate / 10).toPrecision(2))}.`;
  if (fromScratch) return ' It started from random weights: train longer.';
  return ` Try more epochs, or a learning rate below ${learningRate}.`;
}
