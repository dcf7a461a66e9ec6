// What `--json` writes: the fields of each command's result, for docs/cli.md. results.test.ts compares them with what the
// commands write. A new field may be added; one that goes away or changes its meaning takes the next schema number.

/** Version of the results' form. */
const VERSION = 1;

/** Name and version of a command's result, its field `schema`. */
export const schemaOf = (command: string): string => `fewbits/${command}/${VERSION}`;

/** Fields that every result has. */
export const MARKS = { schema: 'command and version of this form', program: 'program and version' } as const;

const opened = { network: 'id of the network', dataset: 'id of the data set' } as const;
const share = 'share of images with its 95 % interval: {value, lower, upper, n}, 0 to 1';
const policy = 'bits by layer: {layer: {weights, activations}}; 32 is float, 0 skipped';
const rounding = {
  policy,
  quantizer: 'quantizer of weights',
  granularity: 'numbers that share a scale',
  'activations?': 'quantizer of activations, if not uniform',
  'range?': 'how ranges of weights were chosen',
  'scaleBits?': '16 for half-precision scales; 16-first32 for 32 bits in the first layer',
} as const;
const calibrated = {
  batchNorm: 'what became of batch norms',
  activationRange: 'how ranges of activations were chosen',
  calibrationImages: 'images they were measured on',
  backend: 'backend that computed',
} as const;
const trained = {
  ...opened,
  accuracy: 'on the test images, 0 to 1',
  n: 'number of test images',
  measuredBy: 'program and version',
  recipe: 'how it was trained, in words',
  seed: 'seed of all random numbers',
  normalization: 'preprocessing of images: {mean, std}',
  settings: 'all options of the training',
  log: 'a row per epoch',
} as const;
const gained = {
  float: `${share}; of the float network`,
  before: `${share}; rounded, without training`,
  calibrated: `${share}; rounded, batch norms re-estimated`,
  after: `${share}; rounded, trained`,
} as const;
const searched = {
  ...opened,
  problem: 'scheme, allowed bits, limits, budget and seed, the same for all methods',
} as const;
const points = 'every measured config: {policy, accuracy, loss, steps, role, spent}';

/** Fields by command; a `?` marks those that only some results have. */
export const RESULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  evaluate: {
    ...opened,
    accuracy: 'share of test images classified correctly, 0 to 1',
    lower: 'lower end of its 95 % interval',
    upper: 'upper end of its 95 % interval',
    n: 'number of test images',
    loss: 'mean cross-entropy in nats',
    'as?': 'tflm or litert: whose integers were computed',
    'int16?': 'true with activations of 16 bits, as --int16 asks for',
    'tfliteBytes?': 'bytes of the .tflite file that was measured',
    'arenaBytes?': 'working memory that TFLM plans for it with its reference kernels, without its own tables',
    'ms?': 'milliseconds per image, by --cost-table',
    'mJ?': 'millijoules per image, by --cost-table',
    weightBytes: 'bytes of all kernels at their bits, as papers count',
    fileBytes: 'bytes of the packed file: the size that the page shows',
    bitOps: 'sum of MACs x weight bits x activation bits, per image',
    imagesPerSecond: 'speed of this measurement',
    device: 'device of the backend',
    policyName: 'the config as it was asked for',
    ...rounding,
    ...calibrated,
    correction: 'correction of the shift that rounding causes',
  },
  sensitivity: {
    ...opened,
    scheme: 'how weights are quantized',
    fingerprint: 'of network, preprocessing and images',
    images: 'validation images per cell',
    floatLoss: 'loss of the float network in nats',
    floatAccuracy: 'accuracy of the float network',
    entries: 'a cell per layer, tensor and width: {layer, tensor, bits, lossIncrease, accuracyChange}',
    backend: calibrated.backend,
  },
  calibrate: { ...opened, ...rounding, ...calibrated, float: share, corrections: `by correction: ${share}` },
  train: { ...trained, ...Object.fromEntries(Object.entries(gained).map(([name, text]) => [`${name}?`, text])) },
  distil: { ...trained, ...gained, scheme: 'how weights are quantized', policy },
  export: {
    format: 'the format',
    files: 'paths of the written files, the main one first',
    policy,
    dataset: 'name of the data set',
    split: 'images that the accuracy is of',
    accuracy: share,
    'floatAccuracy?': share,
    'unroundedAccuracy?': `${share}; of weights trained under rounding, unrounded`,
    'trainedUnderRounding?': 'true for such weights',
    seed: 'seed of the data set',
    fingerprint: 'hash of structure, parameters, preprocessing and images',
    version: 'version of the program',
    backend: calibrated.backend,
    recipe: 'how the network was trained, in words',
    'calibrationImages?': calibrated.calibrationImages,
  },
  search: {
    ...searched,
    runs: `one per method: {method, points, result, front}. points: ${points}. result: {policy, because, spent}, the choice and its reason. front: the points that no other beats, with \`test\` under --rescore`,
    'finished?': 'of --finish: each choice after the same training',
  },
  race: {
    ...opened,
    rows: 'a line of --results per finished run: {network, dataset, limit, budget, method, label, seed, options, settings, bits, images, evaluations, seconds, curve, finish, right, n, finishSeconds, processorSeconds}',
    standings:
      'by limit: {method, seeds, accuracy, difference, rank, verdict}; intervals {mean, lower, upper, n} are over seeds',
  },
  proxies: { ...searched, points, proxies: 'rank correlation of each proxy with the measurements, with intervals' },
  reproduce: {
    table: 'the table',
    network: opened.network,
    dataset: opened.dataset,
    epochs: 'epochs per row',
    rows: "paper's numbers and ours, a line of --results each: {name, published, megabytes, bits, seed, epochs, imagesPerEpoch, finish, search, right, n, fromFloat, hours, processorHours, settings}",
  },
  inspect: {
    format: 'file format',
    producer: 'program that wrote it, if it says so',
    parameters: 'number of weights',
    'setting?': 'stated bits, quantizer, ranges and preprocessing',
    'classes?': 'stated names of classes',
    notes: 'what was changed in reading',
    unsupported: 'what cannot be run: {op, node, why}',
    fileBytes: 'bytes of the file',
    'packedBytes?': 'bytes of the packed file under the stated rounding',
    operations: 'how often each operation occurs',
    'layers?': 'ids of the layers that get bits',
    'tensors?': 'shapes, for weights without a network',
  },
  predict: {
    model: 'the file',
    format: 'its format',
    policyName: 'the config as it was asked for',
    ...rounding,
    backend: calibrated.backend,
    notes: 'what was changed in reading',
    logits: 'one list per image',
    'predictions?': 'for pictures: {image, class, name, probability}',
  },
};

/** Exit codes. */
export const EXIT_CODES: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'failed: a limit that no config keeps, a file that is not a model, a backend that does not work',
  2: 'the command line, or a file that it names, has to change; nothing was computed',
};
