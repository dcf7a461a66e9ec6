// The input of every export: the network, its rounding, and its provenance. Also the same facts as lines of text, so
// that every file states its policy, quantizer, ranges and measured accuracy.
import type { Network } from '../../graph/network';
import { type BitPolicy, SKIPPED } from '../../graph/policy';
import { withoutSkipped } from '../../graph/skips';
import { calibrationOf, choosesCodes, type QuantScheme, quantizerOf, schemeName } from '../../quant/registry';
import type { Rounding } from '../../rounding/rounding';
import { packedBytes } from '../packed';

/** A measured accuracy with its 95 % interval, all in [0, 1], and the number of images. */
export interface MeasuredAccuracy {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

/** A measured policy, for the report's plot. */
export interface MeasuredPoint {
  readonly label: string;
  readonly memoryBytes: number;
  readonly accuracy: MeasuredAccuracy;
  readonly policy?: BitPolicy;
}

/** How much the loss grows, in nats, if only one tensor of a layer is rounded. */
export interface LossAlone {
  readonly layer: string;
  readonly tensor: 'weights' | 'activations';
  readonly bits: number;
  readonly lossIncrease: number;
}

/** What only the report shows, as far as it is known. */
export interface ReportDetails {
  /** Images [classes, classes] by their class, then by the class that was predicted. */
  readonly confusion?: Uint32Array;
  readonly sensitivity?: readonly LossAlone[];
  /** Bytes of the .tflite file, and of the memory that it works in on a microcontroller. */
  readonly device?: { readonly flash: number; readonly ram: number };
}

/** Where the numbers come from. */
export interface Provenance {
  readonly dataset: string;
  /** Images that the accuracy was measured on: `test`, `validation`. */
  readonly split: string;
  /** Under the policy; absent if it was not measured. */
  readonly accuracy?: MeasuredAccuracy;
  /** Of the float network that the weights came from; absent if unknown. */
  readonly floatAccuracy?: MeasuredAccuracy;
  /** Of these weights without rounding, if they were trained quantization-aware and are not a float network. */
  readonly unroundedAccuracy?: MeasuredAccuracy;
  /** True for weights that were trained quantization-aware: without rounding, they are not a float network. */
  readonly trainedUnderRounding?: true;
  readonly seed: number;
  /** Hash of structure, parameters, preprocessing and images. */
  readonly fingerprint?: string;
  /** Version of this program. */
  readonly version: string;
  /** Backend and device of the measurement, e.g. `wasm`. */
  readonly backend: string;
  /** The origin of the weights, in one line. */
  readonly recipe?: string;
  /** Unlabeled training images that the ranges were measured on. */
  readonly calibrationImages?: number;
}

export interface ExportContext extends Rounding, ReportDetails {
  readonly network: Network;
  /**
   * Pixels are scaled to 0..1, then `(p - mean) / std` per channel (red, green, blue), before the network reads them.
   */
  readonly normalization: {
    readonly mean: readonly number[];
    readonly std: readonly number[];
    /** True if each image is then standardized by itself. */
    readonly perImage?: boolean;
  };
  readonly classes: readonly string[];
  readonly provenance: Provenance;
  /** Other measured policies, for the report's plot. */
  readonly points?: readonly MeasuredPoint[];
  /**
   * Smallest and largest number of what each step gives, by the id of its first node (a layer, a sum), with rounded weights
   * and float activations. Only for formats that round every tensor.
   */
  readonly tensorRanges?: ReadonlyMap<string, { readonly min: number; readonly max: number }>;
}

/** The same without skipped branches: what a runnable file has to contain. */
export function runningPart(context: ExportContext): ExportContext {
  return { ...context, ...withoutSkipped(context.network, context.policy) };
}

/** What a file holds otherwise than the policy says, because its format cannot express it. */
export interface Loss {
  /** Weights and activations that were rounded to 8 bits instead. */
  readonly of: 'weights' | 'activations';
  readonly layers: readonly string[];
  /** Of weights: the smallest ratio of signal to new rounding error among the layers. */
  readonly decibels?: number;
}

/** A file to download. */
export interface ExportedFile {
  readonly name: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
  readonly losses?: readonly Loss[];
}

/** Something that a format cannot express: which layer or setting, why, and what to do. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

/** How codes were chosen, where the quantizer did not round by itself. */
function chosenBy(scheme: QuantScheme): string | undefined {
  if (!choosesCodes(scheme)) return undefined;
  const { rounding, images } = calibrationOf(scheme);
  const fed = 'codes by error feedback (GPTQ, arXiv 2210.17323)';
  const learned = `${fed}, learned further by distillation without labels`;
  const codes = rounding === 'gptq' ? fed : rounding === 'adaround' ? learned : 'nearest codes';
  const levels = scheme.range === 'hessian' ? 'levels of least output error, ' : '';
  return `${levels}${codes}, on ${images} images without labels`;
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/** e.g. `91.20 % (90.63 to 91.74), n = 10000`. */
export function accuracyText({ value, lower, upper, n }: MeasuredAccuracy): string {
  return `${percent(value)} (${percent(lower).slice(0, -2)} to ${percent(upper).slice(0, -2)}), n = ${n}`;
}

/** The facts of an export as text, by name; layers' bits and ranges as JSON. */
export function facts(context: ExportContext): Map<string, string> {
  const { network, policy, scheme, ranges, normalization, classes, provenance } = context;
  const read = [...ranges].filter(([id]) => policy[id]?.weights !== SKIPPED);
  const measured = (accuracy: MeasuredAccuracy | undefined) =>
    accuracy ? `${accuracyText(accuracy)}, ${provenance.split} images` : 'not measured';
  const entries: [string, string | undefined][] = [
    ['fewbits.version', provenance.version],
    ['network', network.name],
    ['dataset', provenance.dataset],
    ['quantizer', `${quantizerOf(scheme.quantizer).label} (${quantizerOf(scheme.quantizer).reference})`],
    ['scheme', schemeName(scheme)],
    ['rounding', chosenBy(scheme)],
    ['policy', JSON.stringify(policy)],
    ['activation_ranges', JSON.stringify(Object.fromEntries(read))],
    ['accuracy', measured(provenance.accuracy)],
    ['float_accuracy', provenance.floatAccuracy && measured(provenance.floatAccuracy)],
    ['unrounded_accuracy', provenance.unroundedAccuracy && measured(provenance.unroundedAccuracy)],
    ['memory_bytes', String(packedBytes(network, policy, scheme))],
    ['input_normalization', JSON.stringify(normalization)],
    ['classes', JSON.stringify(classes)],
    ['seed', String(provenance.seed)],
    ['backend', provenance.backend],
    ['recipe', provenance.recipe],
    ['calibration_images', provenance.calibrationImages?.toString()],
  ];
  return new Map(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
