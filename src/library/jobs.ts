// The session's work with defaults: what a program that imports fewbits calls. Everything else is exported as it is.
import type { Exported, ExportParams } from '../core/exporting';
import type { Measured, MeasuredSplit, SensitivityTable } from '../core/measurement';
import type { SearchSettings, SearchStep } from '../core/searching';
import type { Session } from '../core/session';
import type { TrainingStep } from '../core/training';
import type { TrainOptions } from '../core/trainOptions';
import { resultOf } from '../core/turn';
import type { ExportId } from '../formats/export/registry';
import type { Network } from '../graph/network';
import { type BitPolicy, FLOAT } from '../graph/policy';
import { type Opening, openAll } from '../node/open';
import { initialValues } from '../options/fields';
import { SEARCHING } from '../options/searching';
import { TRAINING } from '../options/training';
import { widthRangeOf, widthsInReach } from '../policy/widths';
import type { QuantScheme } from '../quant/registry';
import type { SearchId } from '../search/registry';
import type { RunResult } from '../search/run';

/** How weights are quantized where nothing else is said: symmetric uniform steps per output channel. */
export const DEFAULT_SCHEME: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };

/**
 * Opens images and a network, and starts the backend.
 *
 * @example
 * const session = await open({ network: 'tiny', dataset: 'emoji10' });
 * console.log(session.model.network.nodes.length, session.images.dataset.test.length);
 * @throws UsageError for a request or a file that cannot be used.
 */
export async function open(opening: Opening): Promise<Session> {
  return (await openAll(opening)).session;
}

/** On how many images of which split, and how weights are quantized. */
export interface MeasureOptions {
  readonly scheme?: QuantScheme;
  /** `test` by default; searches choose on `validation`. */
  readonly split?: MeasuredSplit;
  /** The first so many images of the split (all). */
  readonly images?: number;
}

/**
 * Runs the network under a policy: accuracy with its 95 % interval, loss in nats, confusion and predictions.
 *
 * @example
 * const session = await open({ network: 'tiny', dataset: 'emoji10' });
 * const policy = uniformPolicy(session.model.network, 4, 8);
 * const { accuracy } = await measure(session, policy, { images: 200 });
 * console.log(accuracy.value, [accuracy.lower, accuracy.upper], accuracy.n);
 * @throws PolicyError for a policy of another network.
 */
export function measure(session: Session, policy: BitPolicy, options: MeasureOptions = {}): Promise<Measured> {
  const { scheme = DEFAULT_SCHEME, split = 'test', images = Number.POSITIVE_INFINITY } = options;
  const stages = [Math.min(images, session.model.dataset[split].length)];
  return resultOf(session.measure({ policy, scheme, split, stages }));
}

/**
 * Measures what each width of each layer costs while all other layers stay float, on the first validation images (512).
 *
 * @example
 * const session = await open({ network: 'tiny', dataset: 'emoji10' });
 * const { entries } = await sensitivity(session, { images: 64, activations: false });
 * for (const { layer, bits, lossIncrease } of entries) console.log(layer, bits, lossIncrease);
 */
export function sensitivity(
  session: Session,
  {
    scheme = DEFAULT_SCHEME,
    images = 512,
    activations = true,
  }: Omit<MeasureOptions, 'split'> & {
    readonly activations?: boolean;
  } = {},
): Promise<SensitivityTable> {
  const most = Math.min(images, session.model.dataset.validation.length);
  return resultOf(session.sensitivity({ scheme, images: most, activations }));
}

/** The method, and whatever differs from the defaults of the command line. */
export type SearchRequest = Partial<SearchSettings> & { readonly method: SearchId };

/**
 * Searches for policies within limits. Yields the work done so far, with each new measurement; returns the choice. Leave
 * the loop to stop it.
 *
 * @example
 * const session = await open({ network: 'tiny', dataset: 'emoji10' });
 * const limits = [{ measure: 'memory', most: 12_000 }]; // bytes of the packed file
 * const run = search(session, { method: 'greedy', limits, budget: { evaluations: 8 }, images: 128 });
 * const { policy, because } = await resultOf(run, ({ used }) => console.log(used));
 * console.log(policy, because);
 * @throws LimitError where no policy keeps the limits.
 */
export function search(session: Session, request: SearchRequest): AsyncGenerator<SearchStep, RunResult, void> {
  const { scheme = DEFAULT_SCHEME } = request;
  return session.search({
    scheme,
    allowed: { weights: widthsInReach(widthRangeOf(scheme, 'weights')), activations: [FLOAT], locks: {} },
    limits: [],
    budget: { evaluations: 50 },
    seeds: [],
    ...{ images: 512, steps: SEARCHING.steps.initial, batchSize: 32, learningRate: 0.02, seed: 1 },
    options: {},
    ...request,
  });
}

/**
 * Trains a copy of the network, in float or under a policy's rounding (QAT). Yields after every step; returns the trained
 * network, while the session keeps its own.
 *
 * @example
 * const session = await open({ network: 'tiny', dataset: 'emoji10' });
 * const policy = uniformPolicy(session.model.network, 2, 32);
 * const run = train(session, { policy, scheme: DEFAULT_SCHEME, epochs: 1, imagesPerEpoch: 128 });
 * const network = await resultOf(run, ({ loss }) => console.log(loss));
 * console.log(network.parameters.get('conv1.kernel').values.length);
 * @throws DivergenceError if the loss is not finite.
 */
export function train(
  session: Session,
  options: Partial<TrainOptions> = {},
): AsyncGenerator<TrainingStep, Network, void> {
  const {
    quantizationAware: _,
    learnFrom: __,
    temperature: ___,
    damping: ____,
    shards,
    ...initial
  } = initialValues(TRAINING);
  return session.train({ ...initial, shards: Number(shards), ...options });
}

/**
 * Writes the network under a policy as ONNX, QONNX, packed safetensors, and so on (`exportFormats`): the files, the main
 * one first.
 *
 * @example
 * const session = await open({ network: 'tiny', dataset: 'emoji10' });
 * const policy = uniformPolicy(session.model.network, 4, 8);
 * const { files } = await exportAs(session, 'onnx', policy);
 * console.log(files[0].name, files[0].content.length);
 * @throws ExportError if the format cannot express the network.
 */
export function exportAs(
  session: Session,
  format: ExportId,
  policy: BitPolicy,
  more: Partial<Omit<ExportParams, 'format' | 'policy'>> = {},
): Promise<Exported> {
  return session.export({ format, policy, options: {}, scheme: DEFAULT_SCHEME, points: [], ...more });
}
