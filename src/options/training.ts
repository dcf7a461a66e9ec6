// The options of a training run, in the order in which links name them. To add one: a row here, a place in
// `src/ui/train/TrainingForm.tsx`, and what old links mean by its absence in `firstState` (src/store/link/link.ts).
import { type DeclaredFields, initialValues, type ValuesOf } from './fields';

export const TRAINING = {
  seed: {
    kind: 'number',
    label: 'Seed',
    initial: 1,
    ...{ min: 0, max: 4_294_967_295, integer: true },
    link: { key: 'seed', name: 'seed' },
    flag: { name: 'seed' },
  },
  quantizationAware: {
    kind: 'switch',
    label: 'Mode',
    words: { yes: 'quantization-aware', no: 'full precision' },
    initial: true,
    link: { key: 'aware', name: 'training mode' },
    flag: { name: 'qat' },
    hint: 'Trains with the bits on the faders in the forward pass (QAT).',
  },
  fromScratch: {
    kind: 'switch',
    label: 'Initialize from',
    words: { no: 'current weights', yes: 'random weights' },
    initial: false,
    link: { key: 'scratch', name: 'initialization of training' },
  },
  epochs: {
    kind: 'number',
    label: 'Epochs',
    initial: 5,
    ...{ min: 1, max: 300, integer: true },
    link: { key: 'epochs', name: 'number of epochs' },
    flag: { name: 'epochs' },
  },
  imagesPerEpoch: {
    kind: 'number',
    label: 'Images per epoch',
    initial: 2000,
    ...{ min: 1, max: 1_000_000, integer: true },
    link: { key: 'drawn', name: 'number of images per epoch' },
    flag: { name: 'images' },
    hint: 'Of the training split; all of them where there are fewer.',
  },
  batchSize: {
    kind: 'number',
    label: 'Batch size (images)',
    initial: 64,
    ...{ min: 1, max: 512, integer: true },
    link: { key: 'batch', name: 'batch size' },
    flag: { name: 'batch-size' },
  },
  learningRate: {
    kind: 'number',
    label: 'Learning rate',
    initial: 0.05,
    ...{ min: 1e-6, max: 10, integer: false },
    link: { key: 'rate', name: 'learning rate' },
    flag: { name: 'learning-rate' },
    hint: 'Peak of the schedule.',
  },
  schedule: {
    kind: 'choice',
    label: 'Learning rate schedule',
    initial: 'cosine',
    choices: ['cosine', 'one-cycle'],
    words: { 'one-cycle': 'one cycle' },
    link: { key: 'schedule', name: 'learning rate schedule' },
    flag: { name: 'schedule' },
  },
  momentum: {
    kind: 'number',
    label: 'Momentum',
    initial: 0.9,
    ...{ min: 0, max: 1, integer: false },
    link: { key: 'momentum', name: 'momentum' },
  },
  weightDecay: {
    kind: 'number',
    label: 'Weight decay',
    initial: 5e-4,
    ...{ min: 0, max: 1, integer: false },
    link: { key: 'decay', name: 'weight decay' },
    flag: { name: 'weight-decay' },
    hint: 'How strongly kernels are pulled toward zero.',
  },
  labelSmoothing: {
    kind: 'number',
    label: 'Label smoothing',
    initial: 0,
    ...{ min: 0, max: 0.5, integer: false },
    link: { key: 'smoothing', name: 'label smoothing' },
    flag: { name: 'label-smoothing' },
    hint: 'Share of the label that is spread over all classes.',
  },
  augment: {
    kind: 'switch',
    label: 'Augmentation (shift and mirror)',
    initial: true,
    link: { key: 'augment', name: 'choice of augmentation' },
    flag: { name: 'augment' },
    hint: 'Shifts and mirrors training images.',
  },
  learnFrom: {
    kind: 'choice',
    label: 'Targets',
    initial: 'labels',
    choices: ['labels', 'float'],
    words: { float: 'float network (distillation)' },
    link: { key: 'learn', name: 'training targets' },
    flag: { name: 'learn-from' },
    hint: 'Labels, or the answers of the float network, which need no label.',
  },
  temperature: {
    kind: 'number',
    label: 'Temperature',
    initial: 4,
    ...{ min: 0.1, max: 100, integer: false },
    link: { key: 'temperature', name: 'temperature' },
    flag: { name: 'temperature' },
    hint: 'Softens the outputs of the float network; higher values give small probabilities more weight.',
  },
  damping: {
    kind: 'number',
    label: 'Damping of oscillations',
    initial: 0,
    ...{ min: 0, max: 1, integer: false },
    link: { key: 'damping', name: 'damping of oscillations' },
    flag: { name: 'damping' },
    hint: 'Pulls weights toward their levels as training ends, so that fewer jump between two of them.',
  },
  shards: {
    kind: 'choice',
    label: 'Shards per batch',
    initial: '1',
    choices: ['1', '2', '4', '8'],
    link: { key: 'shards', name: 'number of shards' },
    flag: { name: 'shards' },
    hint: 'Batch norms normalize each separately, so that as many cores train at once; small ones are noisier.',
  },
} as const satisfies DeclaredFields;

/** Options of a run but for the policy under which it trains when quantization-aware. */
export type TrainingOptions = ValuesOf<typeof TRAINING>;

export const INITIAL_TRAINING_OPTIONS: TrainingOptions = initialValues(TRAINING);

/**
 * The options for training that starts from chosen codes (docs/rounding.md): the float network's answers, and steps small enough
 * to keep what was chosen. 400 steps.
 */
export const IMPROVED_ROUNDING_RECIPE = {
  learnFrom: 'float',
  temperature: 2,
  learningRate: 0.001,
  schedule: 'cosine',
  weightDecay: 0,
  epochs: 5,
  imagesPerEpoch: 5120,
  batchSize: 64,
} as const satisfies Partial<TrainingOptions>;

/** True if options are those of `IMPROVED_ROUNDING_RECIPE`. */
export function followsRecipe(options: TrainingOptions): boolean {
  const wanted = Object.entries(IMPROVED_ROUNDING_RECIPE);
  return wanted.every(([name, value]) => options[name as keyof TrainingOptions] === value);
}
