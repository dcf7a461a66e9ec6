// The inputs of an export: the network as its scheme calibrates it for the policy, the ranges of its layer inputs, and
// the facts stated in every export. The formats live in formats/export/.
import { version } from '../../package.json';
import { deviceMemory } from '../device/costs';
import {
  type ExportContext,
  ExportError,
  type ExportedFile,
  type MeasuredPoint,
  type Provenance,
  type ReportDetails,
} from '../formats/export/context';
import type { ExportId, ExportOptions } from '../formats/export/registry';
import { writeExport } from '../formats/export/write';
import { layersOf } from '../graph/network';
import { type BitPolicy, checkPolicy, FLOAT } from '../graph/policy';
import type { Proportion } from '../math/statistics';
import { calibrationOf, choosesCodes, type QuantScheme } from '../quant/registry';
import { accuracyWithin, unroundedAccuracy } from './floatNetwork';
import type { LoadedModel } from './loadedModel';
import type { MeasuredSplit } from './measurement';
import type { Turn } from './turn';

/** An export request: the network and policy, with the known results. */
export interface ExportParams {
  readonly format: ExportId;
  readonly options: ExportOptions;
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  /** Accuracy under the policy, if measured, for the files to state. */
  readonly measured?: { readonly accuracy: Proportion; readonly split: MeasuredSplit };
  /** Other measured policies, for the report. */
  readonly points: readonly MeasuredPoint[];
  readonly details?: Omit<ReportDetails, 'device'>;
}

/** The written files, the main file first, with their stated origin. */
export interface Exported {
  readonly files: readonly ExportedFile[];
  readonly provenance: Provenance;
}

/** Accuracy of the original float network, and of these unrounded weights if they are not that network. */
async function unroundedAccuracies(
  model: LoadedModel,
  { split, accuracy: { n } }: NonNullable<ExportParams['measured']>,
  turn: Turn,
): Promise<Pick<Provenance, 'floatAccuracy' | 'unroundedAccuracy'>> {
  const unrounded = await unroundedAccuracy(model, split, n, turn);
  const { trainedFrom } = model.checkpoint;
  if (trainedFrom === undefined) return { floatAccuracy: unrounded };
  const isKnown = trainedFrom !== null && split === 'test';
  return { ...(isKnown && { floatAccuracy: accuracyWithin(trainedFrom, n) }), unroundedAccuracy: unrounded };
}

/** What the policy takes as a .tflite file; nothing if such a file cannot hold the network. */
function onDevice(
  { network, dataset }: LoadedModel,
  policy: BitPolicy,
  scheme: QuantScheme,
): Pick<ReportDetails, 'device'> {
  try {
    return { device: deviceMemory(network, policy, scheme, dataset) };
  } catch (error) {
    if (error instanceof ExportError) return {};
    throw error;
  }
}

/**
 * Writes a network under a policy in a format.
 * @throws ExportError if the format cannot express the network.
 */
export async function exportNetwork(
  model: LoadedModel,
  { format, options, policy: given, scheme, measured, points, details }: ExportParams,
  { seed, backend }: Pick<Provenance, 'seed' | 'backend'>,
  turn: Turn,
): Promise<Exported> {
  const { network, calibrated, dataset, checkpoint } = model;
  const policy = checkPolicy(network, given);
  const ranges = await calibrated.rangesFor(policy, scheme, turn);
  const rounds = layersOf(network).some(({ id }) => policy[id].activations !== FLOAT);
  const provenance: Provenance = {
    dataset: dataset.label,
    split: measured?.split ?? 'test',
    ...(measured && { accuracy: measured.accuracy, ...(await unroundedAccuracies(model, measured, turn)) }),
    ...(checkpoint.trainedFrom !== undefined && { trainedUnderRounding: true as const }),
    seed,
    fingerprint: model.fingerprint,
    version,
    backend,
    recipe: checkpoint.recipe,
    ...((rounds || choosesCodes(scheme)) && { calibrationImages: calibrationOf(scheme).images }),
  };
  const context: ExportContext = {
    // A project keeps the uncorrected network: its scheme says which correction to repeat.
    network: format === 'project' ? network : await calibrated.networkFor(policy, scheme, turn),
    policy,
    scheme,
    ranges,
    normalization: dataset.normalization,
    classes: dataset.classes,
    provenance,
    points,
    ...details,
    ...(format === 'report' && onDevice(model, policy, scheme)),
    ...((format === 'tflite' || format === 'tflm') &&
      (rounds || options.int16) && {
        tensorRanges: await calibrated.tensorRangesFor(policy, scheme, turn),
      }),
  };
  await turn();
  return { files: writeExport(format, context, options), provenance };
}
