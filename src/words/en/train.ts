// Training: its form, its progress and what became of it.
import { count, fixed, percent, signed, upTo } from '../numbers';
import { words } from '../words';
import { units } from './units';

interface Step {
  readonly state: 'running' | 'pausing' | 'paused';
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly accuracy: number;
}

interface Comparison {
  readonly before: { readonly value: number };
  readonly after: { readonly value: number; readonly n: number };
  readonly difference: { readonly difference: number; readonly lower: number; readonly upper: number };
  readonly verdict: string;
}

const points = (share: number) => signed(share * 100, 1);

export const train = words('train', {
  options: 'Training options',
  start: 'Start training',
  pause: 'Pause',
  pausing: 'Pausing…',
  resume: 'Resume',
  stop: 'Stop',
  restorePretrained: 'Restore pretrained weights',
  restoreFile: 'Restore the file’s weights',
  steps: 'Training steps',
  preparing: 'Preparing…',
  searchFirst: (search: string) => `A ${search} search is running and goes first; pause it to train now.`,
  /** How far a run is; loss and accuracy, or agreement with the float network, are NaN until they are read. */
  step: ({ state, step, steps, loss, accuracy }: Step, distills: boolean): string => {
    const where = `${state === 'running' ? '' : `${state}, `}step ${count(step)} of ${count(steps)}`;
    if (Number.isNaN(loss)) return where;
    return `${where} · loss ${fixed(loss, 3)} · ${distills ? 'agreement' : 'accuracy'} ${percent(accuracy)} %`;
  },
  /** `done` epochs, with a fraction, are finished. */
  epoch: (done: number, of: number) => `Epoch ${count(Math.min(of, Math.floor(done) + 1))} of ${count(of)}`,
  speed: (imagesPerSecond: number) => `${count(imagesPerSecond)} images/s`,
  /** `why`: what keeps training from its own GPU kernels. */
  composed: (why: string) => `Trains on composed operations, which is slower: ${why}`,
  left: (seconds: number) => `${units.duration(seconds)} left`,
  comparing: 'comparing with the previous weights…',
  moved: (config: string) =>
    `The faders have moved since training started; it continues for ${config}. To train for the bits on the faders, stop it and start again.`,
  showTrained: 'Show the bits in training',
  notResumable: (reason: string) =>
    `This run cannot be resumed on a later visit: ${reason}. Let it finish before you close the page.`,
  weights: {
    initial: 'Weights: random, not trained yet',
    shipped: 'Weights: pretrained',
    own: 'Weights: from the file',
    trained: 'Weights: trained here',
  },
  distillation:
    'Distillation: the quantized network learns the outputs of the float network; labels are not used. A higher temperature gives more weight to its less likely classes.',
  fromImproved: 'Training starts from the improved rounding.',
  useRecipe: 'Use recommended options',
  curves: {
    name: 'Training curves',
    loading: 'Loading the curves…',
    accuracy: 'Accuracy over training steps.',
    loss: 'Loss over training steps.',
  },
  curvesEmpty: 'Loss and accuracy are drawn here while a network trains.',
  axes: { steps: 'training steps', loss: 'loss (nats)', accuracy: 'accuracy (%)' },
  curve: {
    at: (step: number) => `step ${count(step)}`,
    training: 'training',
    validation: (latest: number | undefined) => `validation${latest === undefined ? '' : ` ${percent(latest)}`}`,
  },
  title: {
    diverged: 'Training diverged',
    chance: 'Training collapsed to chance',
    worseFresh: 'The new weights are worse than the old ones',
    worse: 'Training made the network worse',
    stopped: 'Stopped',
    finished: 'Finished',
  },
  /** A verdict with what it is made of. */
  verdict: (title: string, text: string) => `${title}: ${text}`,
  afterSteps: (steps: number, stopped: boolean) =>
    `${stopped ? 'stopped after ' : 'after '}${count(steps)} ${steps === 1 ? 'step' : 'steps'}`,
  incomparable: (course: string) => `${course}. There are no validation images to compare the weights on.`,
  /** `config`: what the weights were compared at; undefined for full precision. */
  compared: (
    { before, after, difference, verdict }: Comparison,
    config: string | undefined,
    course: string,
  ): string => {
    const on = `${config === undefined ? 'in float' : `at ${config}`}, on the same ${count(after.n)} validation images`;
    const sure = `${points(difference.difference)} points, ${points(difference.lower)} to ${points(difference.upper)}`;
    const unclear = verdict === 'same' ? ': no significant difference' : '';
    return `${percent(before.value)} → ${percent(after.value)} % ${on} (${sure})${unclear}, ${course}.`;
  },
  reason: {
    rate: (rate: number) =>
      `A learning rate of ${upTo(rate, 6)} is probably too high; try ${upTo(Number((rate / 10).toPrecision(2)), 6)}.`,
    fromScratch: 'It started from random weights: train longer.',
    other: (rate: number) => `Try more epochs, or a learning rate below ${upTo(rate, 6)}.`,
  },
  elsewhere: 'Another tab has trained this network in the meantime; its weights are kept, see below.',
  oldInUse: 'The old weights are in use.',
  useTrained: 'Use the trained weights',
  trainedInUse: 'The trained weights are in use.',
  useOld: 'Back to the old weights',
  otherTab:
    'Another tab is training this network, too. Both results are kept: the next visit opens the one that finishes later; the other one is listed below.',
  interrupted: (network: string, step: number, steps: number, by: 'page' | 'engine') =>
    `Training of ${network} was at step ${count(step)} of ${count(steps)} when the ${by === 'page' ? 'page closed' : 'engine stopped'}. It can be resumed from there, with the same result.`,
  resumeRun: 'Resume training',
  discard: 'Discard',
  aside: 'Trained earlier and kept in this browser (the latest three that are not in use):',
  asideList: 'Weights kept',
  unnamed: (fingerprint: string) => `weights ${fingerprint}`,
  asideAccuracy: (when: string, accuracy: number, n: number) =>
    `${when}: ${percent(accuracy)} % of ${count(n)} validation images`,
  use: 'Use',
});
