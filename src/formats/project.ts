// The project file, `.fewbits.safetensors`: everything that a packed file omits, so that work can continue elsewhere.
// Float weights and learned quantizer parameters, by parameter name; in the metadata, as JSON, the architecture, the
// policy and the scheme, the calibrated ranges, the preprocessing, and the measurements. Packing its content gives the
// same packed file to the byte.
import type { Architecture, Network, Parameter } from '../graph/network';
import { checkPolicy } from '../graph/policy';
import { checkNetwork } from '../graph/shapes';
import { parseScheme } from '../quant/parseScheme';
import { schemeName } from '../quant/registry';
import type { ActivationRange } from '../rounding/activationRounding';
import { parseArchitecture } from './architectureJson';
import type { ExportContext, MeasuredAccuracy, Provenance } from './export/context';
import { checkLearned } from './learnedTensors';
import { FormatError, parseSafetensors, serializeSafetensors } from './safetensors';

const FORMAT = 'fewbits-project';
const VERSION = '1';

/** The content of a project file. */
export type Project = Omit<ExportContext, 'points'>;

/** True if a safetensors file's metadata belong to a project file of any version. */
export function isProject(metadata: ReadonlyMap<string, string>): boolean {
  return metadata.get('format') === FORMAT;
}

/** Writes a project file. */
export function writeProject({ network, scheme, ranges, ...rest }: Project): Uint8Array {
  const { policy, normalization, classes, provenance } = rest;
  const { name, nodes } = network;
  const content = {
    architecture: { name, nodes } satisfies Architecture,
    policy,
    scheme: schemeName(scheme),
    ranges: [...ranges],
    normalization,
    classes,
    provenance,
  };
  const tensors = new Map(
    [...network.parameters].map(([key, { shape, values }]) => [key, { dtype: 'F32' as const, shape, values }]),
  );
  const metadata = new Map([
    ['format', FORMAT],
    ['version', VERSION],
    ['project', JSON.stringify(content)],
  ]);
  return serializeSafetensors({ tensors, metadata });
}

function damaged(part: string): never {
  throw new FormatError(`The project file's ${part} cannot be read; it is damaged, or another program changed it.`);
}

type Fields = Readonly<Record<string, unknown>>;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const fieldsOf = (value: unknown, part: string): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : damaged(part);

function rangeOf(value: unknown): ActivationRange {
  const { min, max, meanMagnitude, choice } = fieldsOf(value, 'ranges');
  const chosen = choice === 'minMax' || choice === 'percentile' || choice === 'mse';
  if (!isNumber(min) || !isNumber(max) || min > max || !isNumber(meanMagnitude) || !chosen) damaged('ranges');
  return { min, max, meanMagnitude, choice };
}

/** Ranges from entries [id, range]. @throws FormatError for an invalid range, and for ids without a node. */
export function rangesOf(value: unknown, architecture: Architecture): Map<string, ActivationRange> {
  const ids = new Set(architecture.nodes.map(({ id }) => id));
  const entries = Array.isArray(value) ? value : damaged('ranges');
  return new Map(
    entries.map((entry) => {
      const [id, range] = Array.isArray(entry) ? entry : damaged('ranges');
      return [ids.has(id) ? (id as string) : damaged('ranges'), rangeOf(range)];
    }),
  );
}

function accuracyOf(value: unknown): MeasuredAccuracy | undefined {
  if (value === undefined) return undefined;
  const { value: share, lower, upper, n } = fieldsOf(value, 'accuracy');
  const isShare = (x: unknown): x is number => isNumber(x) && x >= 0 && x <= 1;
  if (!isShare(share) || !isShare(lower) || !isShare(upper) || !isNumber(n)) damaged('accuracy');
  return { value: share, lower, upper, n };
}

function provenanceOf(value: unknown): Provenance {
  const given = fieldsOf(value, 'origin');
  const { dataset, split, seed, version, backend, recipe, calibrationImages } = given;
  if (!isText(dataset) || !isText(split) || !isNumber(seed) || !isText(version) || !isText(backend)) damaged('origin');
  const accuracy = accuracyOf(given.accuracy);
  const floatAccuracy = accuracyOf(given.floatAccuracy);
  const unroundedAccuracy = accuracyOf(given.unroundedAccuracy);
  return {
    dataset,
    split,
    ...(accuracy && { accuracy }),
    ...(floatAccuracy && { floatAccuracy }),
    ...(unroundedAccuracy && { unroundedAccuracy }),
    ...(given.trainedUnderRounding === true && { trainedUnderRounding: true as const }),
    seed,
    version,
    backend,
    ...(isText(recipe) && { recipe }),
    ...(isNumber(calibrationImages) && { calibrationImages }),
  };
}

/** @throws FormatError unless it is a mean and standard deviation per channel, of all images or of each. */
export function normalizationOf(value: unknown): Project['normalization'] {
  const { mean, std, perImage } = fieldsOf(value, 'normalization');
  if (!Array.isArray(mean) || !Array.isArray(std) || mean.length !== std.length || ![...mean, ...std].every(isNumber))
    damaged('normalization');
  return { mean, std, ...(perImage === true && { perImage }) };
}

/**
 * Reads a project file.
 * @throws FormatError, NetworkError, PolicyError or QuantSpecError when it is damaged.
 */
export function readProject(bytes: Uint8Array): Project {
  const { tensors, metadata } = parseSafetensors(bytes);
  if (!isProject(metadata)) damaged('format');
  if (metadata.get('version') !== VERSION)
    throw new FormatError(`This is a project of version ${metadata.get('version')}, and only ${VERSION} is read here.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(metadata.get('project') ?? '');
  } catch {
    damaged('description');
  }
  const content = fieldsOf(parsed, 'description');
  const architecture = parseArchitecture(content.architecture);
  const parameters = new Map<string, Parameter>();
  for (const [name, { values, shape }] of tensors) {
    if (!(values instanceof Float32Array)) throw new FormatError(`"${name}" is not float32.`);
    parameters.set(name, { shape, values });
  }
  const network: Network = { ...architecture, parameters };
  checkNetwork(network);
  checkLearned(network);
  const { classes } = content;
  if (!Array.isArray(classes) || !classes.every(isText)) damaged('classes');
  return {
    network,
    policy: checkPolicy(architecture, content.policy),
    scheme: parseScheme(isText(content.scheme) ? content.scheme : damaged('scheme')),
    ranges: rangesOf(content.ranges, architecture),
    normalization: normalizationOf(content.normalization),
    classes,
    provenance: provenanceOf(content.provenance),
  };
}
