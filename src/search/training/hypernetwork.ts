// MetaQuantNet's network: kernels generated from the bits of their layers, trained under new vectors of bits in every step, and
// its third stage, in which the trained network goes on at one policy.
// Reference: MetaQuantNet, arXiv 2004.11506. A step's passes, and the answers that they learn, are the sandwich rule and in-place
// distillation of J. Yu, T. Huang, arXiv 1903.05134.
import type { Network } from '../../graph/network';
import { layersOf, parameterName } from '../../graph/network';
import type { BitPolicy } from '../../graph/policy';
import { createRng, type Rng } from '../../math/rng';
import { hypernetKernels } from '../../nn/hypernetKernels';
import { type KernelSource, modulatedKernels } from '../../nn/kernelSource';
import type { Supernet } from '../../nn/supernet';
import { type FeasibleSet, randomFeasible } from '../../optim/feasible';
import type { Rounding } from '../../rounding/rounding';
import { reestimateBatchNorm } from '../../train/batchNorm';
import { type JointSettings, type JointStep, trainJointly } from '../../train/joint';
import type { OptionValues, SearchProblem } from '../method';
import type { SharedTraining } from './sharedWeights';
import { supernetOf } from './supernetOf';

/** Bytes of the blocks' numbers with velocity and gradient, above which kernels are modulated instead. */
const MOST_BYTES = 2 ** 28;

/** Temperature at which the other passes of a step learn the widest one's answers. */
const TEMPERATURE = 1;

/** Bytes that training the published blocks of a network takes: each weight has `hidden` numbers in FC3, and itself. */
function bytesOfBlocks(network: Network, hidden: number): number {
  const weights = layersOf(network).reduce(
    (sum, { id }) => sum + (network.parameters.get(parameterName(id, 'kernel'))?.values.length ?? 0),
    0,
  );
  return 4 * 3 * weights * (hidden + 1);
}

/** The generator of the kernels, by the options. */
function kernelsOf({ training: { network }, seed }: SearchProblem, options: OptionValues): KernelSource {
  const hidden = Number(options.hidden);
  const fits = bytesOfBlocks(network, hidden) <= MOST_BYTES;
  if (options.kernels === 'blocks' || (options.kernels === 'automatic' && fits))
    return hypernetKernels({ hidden, rng: createRng(seed) });
  return modulatedKernels({ rank: Number(options.rank), gains: options.gamma === 'yes' });
}

/** Untrained, or with the numbers of a trained one. Dispose when done. */
export async function openHypernetwork(
  problem: SearchProblem,
  options: OptionValues,
  trained?: Readonly<Record<string, Float32Array>>,
): Promise<Supernet> {
  const model = await supernetOf(problem, 'affine', {
    kernels: kernelsOf(problem, options),
    switchable: options.norms === 'per width',
    ...(options.passes === 'sandwich' && { taughtAt: TEMPERATURE }),
  });
  try {
    if (trained) model.restore(new Map(Object.entries(trained)));
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** How the vectors of a step are drawn, by the options: one, or the widest, the narrowest and two more. */
export function drawnPasses(
  { space: { layers } }: SearchProblem,
  options: OptionValues,
  set: FeasibleSet,
): Pick<SharedTraining, 'passes' | 'draw'> {
  const one = (rng: Rng) =>
    options.drawn === 'all' ? layers.map(({ choices }) => rng.integer(choices.length)) : randomFeasible(set, rng);
  if (options.passes === 'one') return { passes: 1, draw: (rng) => [one(rng)] };
  const ofBits = (pick: (bits: readonly number[]) => number) =>
    layers.map(({ choices }) => {
      // Weights first, then activations.
      const bits = choices.map(({ weights, activations }) => 64 * weights + activations);
      return bits.indexOf(pick(bits));
    });
  const widest = ofBits((bits) => Math.max(...bits));
  const narrowest = ofBits((bits) => Math.min(...bits));
  return { passes: 4, draw: (rng) => [widest, narrowest, one(rng), one(rng)] };
}

/** What the third stage yields, and its result: the plain network of the policy, and its rounding. */
export type ThirdStage = AsyncGenerator<JointStep, { readonly network: Network; readonly rounding: Rounding }, void>;

/**
 * The third stage: the trained network goes on under one policy, with labels; without steps it is only read out. Batch norms are
 * re-estimated at the end, as after every training under a rounding.
 */
export async function* goOnAt(
  problem: SearchProblem,
  options: OptionValues,
  trained: Readonly<Record<string, Float32Array>>,
  policy: BitPolicy,
  settings: JointSettings,
): ThirdStage {
  const { dataset } = problem.training;
  const model = await openHypernetwork(problem, options, trained);
  try {
    yield* trainJointly(model, dataset, settings, () => [model.choose(policy)]);
    const rounding = model.quantAware(policy);
    return { network: await reestimateBatchNorm(await model.extract(policy), dataset, rounding), rounding };
  } finally {
    model.dispose();
  }
}
