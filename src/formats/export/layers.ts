// The layers of a network as they run under a policy: kernels rounded, then batch norms multiplied in, as nn/inference.ts
// does it; and the grids that round what they read.
import { batchNormLine, foldableBatchNorms } from '../../graph/folding';
import { learnedForInput, learnedForKernel } from '../../graph/learned';
import { type LayerNode, layersOf, type Parameter, parameterName } from '../../graph/network';
import { FLOAT, SKIPPED } from '../../graph/policy';
import { signedInputs } from '../../graph/signs';
import { type KernelLayout, kernelLayout, quantizeKernel } from '../../quant/granularity';
import { quantizerOf, specOf } from '../../quant/registry';
import { type ActivationRounding, activationRounding, inputQuantizer } from '../../rounding/activationRounding';
import { type CodedKernel, codeKernel, hasOneScale } from '../../rounding/codedKernel';
import { type IntegerLayer, integerLayer } from '../../rounding/integerLayer';
import type { ExportContext } from './context';

export interface ExportLayer {
  readonly node: LayerNode;
  readonly shape: readonly number[];
  readonly layout: KernelLayout;
  /** Kernel in float32: rounded, batch norm multiplied in, in the network's layout. */
  readonly values: Float32Array;
  readonly bias?: Float32Array;
  /** The same kernel as integers; absent for a float layer. */
  readonly coded?: CodedKernel;
  /** How it adds integers, where nn/inference.ts does. */
  readonly integers?: IntegerLayer;
  /** How it rounds what it reads; absent for float activations. */
  readonly input?: ActivationRounding;
}

/** Every layer by its id, in execution order, of a context of which nothing is left out. */
export function exportLayers(context: ExportContext): Map<string, ExportLayer> {
  const { network, policy, scheme, ranges } = context;
  const image = network.nodes[0].id;
  const folded = foldableBatchNorms(network);
  const inputs = inputRoundings(context);
  return new Map(
    layersOf(network).map((node) => {
      const kernel = network.parameters.get(parameterName(node.id, 'kernel')) as Parameter;
      const layout = kernelLayout(kernel.shape, node.op === 'depthwiseConv2d');
      const bits = policy[node.id].weights;
      const norm = folded.get(node.id);
      const line = norm && batchNormLine(network, norm);
      const learned = learnedForKernel(network, node.id, scheme, bits);
      const rounded = () =>
        quantizeKernel(
          kernel.values,
          layout,
          quantizerOf(scheme.quantizer),
          scheme.granularity,
          specOf(scheme, bits),
          learned,
        ).values;
      const plain = bits === FLOAT ? kernel.values : rounded();
      const own = node.bias ? network.parameters.get(parameterName(node.id, 'bias'))?.values : undefined;
      const bias = line ? line.shift.map((s, c) => s + (own?.[c] ?? 0) * line.multiplier[c]) : own;
      const input = inputs.get(node.id);
      const coded =
        bits === FLOAT ? undefined : codeKernel(kernel.values, layout, scheme, bits, learned, line?.multiplier);
      const integers =
        coded && hasOneScale(scheme)
          ? integerLayer(coded, layout, input, node.inputs[0] === image ? ranges.get(node.id) : undefined)
          : undefined;
      const layer: ExportLayer = {
        node,
        shape: kernel.shape,
        layout,
        values: line ? plain.map((w, i) => w * line.multiplier[i % layout.channels]) : plain,
        ...(bias && { bias }),
        ...(coded && { coded }),
        ...(integers && { integers }),
        ...(input && { input }),
      };
      return [node.id, layer];
    }),
  );
}

/** How layers round what they read, by id; those that read floats, or are left out, are not among them. */
export function inputRoundings({ network, policy, scheme, ranges }: ExportContext): Map<string, ActivationRounding> {
  const signed = signedInputs(network);
  const rounded = layersOf(network).filter(
    ({ id }) => policy[id].activations !== FLOAT && policy[id].weights !== SKIPPED,
  );
  return new Map(
    rounded.map(({ id }) => {
      const bits = policy[id].activations;
      const learned = learnedForInput(network, id, inputQuantizer(scheme, signed.has(id)), bits)?.[0];
      return [id, activationRounding(id, scheme, bits, signed.has(id), ranges.get(id), learned)];
    }),
  );
}
