// Activations as ONNX nodes of operator set 13. What that lacks, such as SiLU and GELU, is written as products that the page
// and optimizers recognize.
import { type Network, type NetworkNode, type Parameter, parameterName } from '../../graph/network';
import type { OnnxGraph } from './onnxGraph';

/** Adds an activation of `x`, which has `rank` axes besides the batch, and returns the name of its output. */
export function onnxActivation(graph: OnnxGraph, node: NetworkNode, x: string, network: Network, rank: number): string {
  const { id } = node;
  const scalar = (name: string, value: number) => graph.constant(`${id}.${name}`, 'FLOAT', [], [value]);
  const step = (op: string, inputs: readonly string[], name: string) => graph.node(op, inputs, `${id}.${name}`);
  /** `x` times half of 1 plus `curve`, as PyTorch writes it. */
  const gelu = (curve: string) => {
    const share = step('Add', [curve, scalar('one', 1)], 'share');
    return graph.node('Mul', [step('Mul', [x, share], 'product'), scalar('half', 0.5)], id);
  };
  switch (node.op) {
    case 'relu':
      return graph.node('Relu', [x], id);
    case 'relu6':
      return graph.node('Clip', [x, scalar('min', 0), scalar('max', 6)], id);
    case 'leakyRelu':
    case 'elu':
      return graph.node(node.op === 'elu' ? 'Elu' : 'LeakyRelu', [x], id, { alpha: { float: node.alpha } });
    case 'prelu': {
      const { values } = network.parameters.get(parameterName(id, 'alpha')) as Parameter;
      const dims = rank === 3 ? [values.length, 1, 1] : [values.length];
      return graph.node('PRelu', [x, graph.constant(`${id}.alpha`, 'FLOAT', dims, values)], id);
    }
    case 'sigmoid':
      return graph.node('Sigmoid', [x], id);
    case 'hardSigmoid':
      return graph.node('HardSigmoid', [x], id, { alpha: { float: node.alpha }, beta: { float: node.beta } });
    case 'tanh':
      return graph.node('Tanh', [x], id);
    case 'sign': {
      const above = step('GreaterOrEqual', [x, scalar('zero', 0)], 'positive');
      return graph.node('Where', [above, scalar('plus', node.scale), scalar('minus', -node.scale)], id);
    }
    case 'silu':
      return graph.node('Mul', [x, step('Sigmoid', [x], 'gate')], id);
    case 'hardSwish': {
      const gate = graph.node('HardSigmoid', [x], `${id}.gate`, { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });
      return graph.node('Mul', [x, gate], id);
    }
    case 'gelu':
      return gelu(step('Erf', [step('Div', [x, scalar('root', Math.SQRT2)], 'scaled')], 'erf'));
    case 'geluTanh': {
      const cube = step('Mul', [step('Mul', [x, x], 'square'), x], 'cube');
      const bent = step('Add', [x, step('Mul', [cube, scalar('bend', 0.044715)], 'small')], 'bent');
      return gelu(step('Tanh', [step('Mul', [bent, scalar('width', Math.sqrt(2 / Math.PI))], 'scaled')], 'tanh'));
    }
    default:
      throw new Error(`"${id}" (${node.op}) is no activation.`);
  }
}
