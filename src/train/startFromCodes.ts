// Training that goes on from chosen codes, and chosen codes that hold what training made. Training rounds a kernel by
// itself, to the level nearest to each weight; so a start needs weights, and learned levels, that round to the chosen codes.
import { chosenForKernel, chosenNames, learnedKernelName } from '../graph/learned';
import { type LayerNode, layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { isRounded } from '../graph/policy';
import { learnedOf } from '../quant/registry';
import { upOrDown } from '../rounding/choosing/upOrDown';
import type { EncodedKernel } from '../rounding/codedKernel';
import { layerRounder } from '../rounding/layers';
import { learnedForKernel } from '../rounding/learnedKernel';
import type { Rounding } from '../rounding/rounding';

/**
 * How far a weight starts from its level, as a share of the distance to the next one, on the side of the float weight: less than
 * half, so that it rounds to its code, and less the nearer to the level, so that the first steps do not undo the choice.
 */
export const START_SHARE = 0.25;

/** True if the kernel's rounding is stored in the network: learned levels, or codes. */
export function hasOwnRounding(network: Network, layer: string, { policy, scheme }: Rounding): boolean {
  const bits = policy[layer].weights;
  if (!isRounded(bits)) return false;
  return (
    learnedForKernel(network, layer, scheme, bits) !== undefined ||
    chosenForKernel(network, layer, scheme, bits) !== undefined
  );
}

/** Stores a kernel as chosen codes and numbers. */
export function storeCodes(
  parameters: Map<string, Parameter>,
  { id }: LayerNode,
  { policy, scheme }: Rounding,
  { codes, numbers }: EncodedKernel,
): void {
  const names = chosenNames(id, scheme, policy[id].weights);
  const { shape } = parameters.get(parameterName(id, 'kernel')) as Parameter;
  parameters.set(names.codes, { shape, values: Float32Array.from(codes) });
  parameters.set(names.numbers, {
    shape: [numbers.length, numbers[0].length],
    values: Float32Array.from(numbers.flat()),
  });
}

/**
 * `network` with the codes that calibration chose turned into a start of training: each weight lies near its chosen level,
 * and the levels are stored as learned ones. Quantizers without learned levels compute theirs from these weights, and so
 * start near the chosen codes. Kernels without chosen codes are unchanged.
 */
export function startFromCodes(network: Network, rounding: Rounding): Network {
  const { policy, scheme } = rounding;
  const parameters = new Map(network.parameters);
  const round = layerRounder(network);
  for (const node of layersOf(network)) {
    const bits = policy[node.id].weights;
    if (!isRounded(bits) || chosenForKernel(network, node.id, scheme, bits) === undefined) continue;
    const { encoded, layout } = round(node, rounding);
    const { numbers } = encoded as EncodedKernel;
    const name = parameterName(node.id, 'kernel');
    const { shape, values } = parameters.get(name) as Parameter;
    const { chosen, other } = upOrDown(values, layout, scheme, bits, encoded as EncodedKernel);
    const near = chosen.map((level, i) => {
      const most = START_SHARE * Math.abs(other[i] - level);
      return level + Math.min(most, Math.max(-most, values[i] - level));
    });
    parameters.set(name, { shape, values: near });
    const names = chosenNames(node.id, scheme, bits);
    parameters.delete(names.codes);
    parameters.delete(names.numbers);
    const learned = learnedOf(scheme, bits);
    if (learned.length === 0) continue;
    const rows = learned.flatMap((_, i) => numbers.map((group) => group[i]));
    const groups = [learned.length, numbers.length];
    parameters.set(learnedKernelName(node.id, scheme, bits), { shape: groups, values: Float32Array.from(rows) });
  }
  return { ...network, parameters };
}

/**
 * A trained network with the codes of kernels without learned levels stored as chosen: under a scheme that chooses codes, a
 * later calibration would otherwise choose them anew, by weights that training did not mean to be rounded in that way.
 */
export function withTrainedCodes(network: Network, rounding: Rounding): Network {
  const parameters = new Map(network.parameters);
  const round = layerRounder(network);
  for (const node of layersOf(network)) {
    if (!isRounded(rounding.policy[node.id].weights) || hasOwnRounding(network, node.id, rounding)) continue;
    storeCodes(parameters, node, rounding, round(node, rounding).encoded as EncodedKernel);
  }
  return { ...network, parameters };
}
