// Checks a file's learned quantizer parameters and calibrated kernel codes: the quantizer exists, there is a number for
// each of its groups, and the codes are its own. A network's own checks (graph/shapes.ts) know layers and no
// quantizers.
import { chosenNames, type LearnedName, learnedNames, parseLearnedName } from '../graph/learned';
import { layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { activationQuantizers } from '../quant/activationRegistry';
import { checkSpec, groupCount, kernelLayout } from '../quant/granularity';
import { type ActivationQuantizer, type ActivationQuantizerId, type Granularity, learnable } from '../quant/quantizer';
import { type QuantizerId, quantizerOf, quantizers } from '../quant/registry';
import { FormatError } from './safetensors';

const WHAT_TO_DO = 'The file is damaged or of another version; train anew, or take other weights.';

/** The quantizer that a parameter name belongs to, and how many groups its tensor should have. */
function expected(network: Network, { layer, rounds, quantizer, granularity, bits }: LearnedName) {
  if (rounds === 'input') {
    if (!Object.hasOwn(activationQuantizers, quantizer))
      throw new Error(`no quantizer of activations is "${quantizer}"`);
    const found: ActivationQuantizer<unknown> = activationQuantizers[quantizer as ActivationQuantizerId];
    const [min, max] = found.bits;
    if (bits < min || bits > max) throw new Error(`${found.label} has no ${bits}-bit activations`);
    return { found, names: found.learned ?? [], groups: 1 };
  }
  if (!Object.hasOwn(quantizers, quantizer)) throw new Error(`no quantizer of weights is "${quantizer}"`);
  const found = quantizerOf(quantizer as QuantizerId);
  const names = learnable(found, bits);
  checkSpec(found, granularity as Granularity, bits);
  const node = layersOf(network).find(({ id }) => id === layer);
  if (node === undefined) throw new Error(`no layer is "${layer}"`);
  const { shape, values } = network.parameters.get(parameterName(layer, 'kernel')) as Parameter;
  const layout = kernelLayout(shape, node.op === 'depthwiseConv2d');
  return { found, names, groups: groupCount(values.length, layout, granularity as Granularity), kernel: shape };
}

/** The fault in one part of a chosen kernel with an expected shape; undefined if there is none. */
function chosenFault(network: Network, name: string, part: LearnedName, shape: readonly number[]): string | undefined {
  const { shape: given, values } = network.parameters.get(name) as Parameter;
  if (given.join() !== shape.join()) return `should be [${shape.join(', ')}] but is [${given.join(', ')}]`;
  const scheme = { quantizer: part.quantizer as QuantizerId, granularity: part.granularity as Granularity };
  const names = chosenNames(part.layer, scheme, part.bits);
  if (part.chosen === 'numbers') return undefined;
  if (!network.parameters.has(names.numbers)) return `has no "${names.numbers}" beside it`;
  const bad = values.find((code) => !Number.isInteger(code) || code < 0 || code >= 2 ** part.bits);
  return bad === undefined ? undefined : `has the code ${bad}, which ${part.bits} bits do not hold`;
}

/**
 * Checks every learned parameter of an otherwise valid network.
 * @throws FormatError naming the tensor, and what it should be.
 */
export function checkLearned(network: Network): void {
  for (const name of learnedNames(network, network.parameters.keys())) {
    const parts = parseLearnedName(name);
    if (parts === undefined)
      throw new FormatError(
        `"${name}" does not name a quantizer and width, as "fc.kernel@lsq/tensor/4" does. ${WHAT_TO_DO}`,
      );
    let wanted: ReturnType<typeof expected>;
    try {
      wanted = expected(network, parts);
    } catch (error) {
      throw new FormatError(`"${name}" cannot be: ${(error as Error).message.replace(/\.$/, '')}. ${WHAT_TO_DO}`);
    }
    const { found, names: learned, groups, kernel } = wanted;
    if (parts.chosen !== undefined && kernel !== undefined) {
      const shape = parts.chosen === 'codes' ? kernel : [groups, found.numbersPerGroup(parts.bits)];
      const fault = chosenFault(network, name, parts, shape);
      if (fault !== undefined) throw new FormatError(`"${name}" ${fault}. ${WHAT_TO_DO}`);
      continue;
    }
    if (learned.length === 0)
      throw new FormatError(`"${name}" cannot be: ${found.label} learns nothing. ${WHAT_TO_DO}`);
    const { shape } = network.parameters.get(name) as Parameter;
    if (shape.join() !== `${learned.length},${groups}`)
      throw new FormatError(
        `"${name}" should be [${learned.length}, ${groups}], the ${learned.join(' and ')} of each group, but is [${shape.join(', ')}]. ${WHAT_TO_DO}`,
      );
  }
}
