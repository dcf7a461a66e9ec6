// What is needed to take a result along: the network as its scheme calibrates it for the policy, the ranges of what its
// layers read, and the facts that every export states. The formats are formats/export/'s.
import { version } from '../../package.json';
import { accuracyWithin } from '../core/floatNetwork';
import type { LoadedModel } from '../core/loadedModel';
import type { Turn } from '../core/turn';
import type { ExportContext, ExportedFile, Provenance } from '../formats/export/context';
import { writeExport } from '../formats/export/registry';
import { layersOf } from '../graph/network';
import { checkPolicy, FLOAT } from '../graph/policy';
import { wilson } from '../math/statistics';
import { calibrationOf } from '../quant/registry';
import type { Params } from './protocol/commands';

/** What the engine holds of the network and the images in use. */
export interface ExportSource {
  readonly model: LoadedModel;
  /** Seed that the data set was opened with. */
  readonly seed: number;
  readonly backend: string;
}

/** Accuracy of the float network that the weights came from, and of these weights unrounded where they are no such network. */
async function unroundedAccuracies(
  model: LoadedModel,
  { split, accuracy }: NonNullable<Params<'exportNetwork'>['measured']>,
  turn: Turn,
): Promise<Pick<Provenance, 'floatAccuracy' | 'unroundedAccuracy'>> {
  const { predictions } = await model.reference(split, accuracy.n, turn);
  const images = model.dataset[split];
  let right = 0;
  for (let i = 0; i < accuracy.n; i++) if (predictions[i] === images.label(i)) right++;
  const unrounded = wilson(right, accuracy.n);
  const { trainedFrom } = model.checkpoint;
  if (trainedFrom === undefined) return { floatAccuracy: unrounded };
  const isKnown = trainedFrom !== null && split === 'test';
  return { ...(isKnown && { floatAccuracy: accuracyWithin(trainedFrom, accuracy.n) }), unroundedAccuracy: unrounded };
}

/**
 * The files of an export, the main one first.
 * @throws ExportError for what the format cannot say.
 */
export async function exportNetwork(
  { model, seed, backend }: ExportSource,
  { format, options, policy: given, scheme, measured, points }: Params<'exportNetwork'>,
  turn: Turn,
): Promise<readonly ExportedFile[]> {
  const { network, calibrated, dataset, checkpoint } = model;
  const policy = checkPolicy(network, given);
  const ranges = await calibrated.rangesFor(policy, scheme);
  const rounds = layersOf(network).some(({ id }) => policy[id].activations !== FLOAT);
  const context: ExportContext = {
    // A project goes on with what it was made from: its scheme says which correction to make again.
    network: format === 'project' ? network : await calibrated.networkFor(policy, scheme),
    policy,
    scheme,
    ranges,
    normalization: dataset.normalization,
    classes: dataset.classes,
    provenance: {
      dataset: dataset.label,
      split: measured?.split ?? 'test',
      ...(measured && {
        accuracy: measured.accuracy,
        ...(await unroundedAccuracies(model, measured, turn)),
      }),
      ...(checkpoint.trainedFrom !== undefined && { trainedUnderRounding: true as const }),
      seed,
      version,
      backend,
      recipe: checkpoint.recipe,
      ...(rounds && { calibrationImages: calibrationOf(scheme).images }),
    },
    points,
  };
  await turn();
  return writeExport(format, context, options);
}
