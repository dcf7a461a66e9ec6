// Activations as layers of TensorFlow.js. Those that it lacks are made of batch norms, ReLU6 and products.
import { type ActivationShape, type NetworkNode, type Parameters, parameterName } from '../../graph/network';
import { ExportError } from './context';
import type { LayersModel } from './layersModel';

/** `scale x + offset`, as a batch norm of `channels`. */
function addLine(model: LayersModel, name: string, input: string, channels: number, scale: number, offset = 0) {
  const all = (value: number) => ({ shape: [channels], values: new Float32Array(channels).fill(value) });
  const weights = { gamma: all(scale), beta: all(offset), moving_mean: all(0), moving_variance: all(1) };
  const config = { axis: -1, epsilon: 0, momentum: 0.9, center: true, scale: true };
  return model.add('BatchNormalization', name, [input], config, weights);
}

/** Adds an activation of `input`, which has `shape`, and returns the name of its layer. */
export function addActivation(
  model: LayersModel,
  node: NetworkNode,
  parameters: Parameters,
  input: string,
  shape: ActivationShape,
): string {
  const { id } = node;
  const channels = shape[shape.length - 1] as number;
  const named = (activation: string) => model.add('Activation', id, [input], { activation });
  const hardSigmoid = (name: string, alpha: number, beta: number) => {
    const six = addLine(model, `${name}.line`, input, channels, 6 * alpha, 6 * beta);
    const clipped = model.add('ReLU', `${name}.relu6`, [six], { max_value: 6 });
    return addLine(model, name, clipped, channels, 1 / 6);
  };
  switch (node.op) {
    case 'relu':
      return model.add('ReLU', id, [input], {});
    case 'relu6':
      return model.add('ReLU', id, [input], { max_value: 6 });
    case 'leakyRelu':
      return model.add('LeakyReLU', id, [input], { alpha: node.alpha });
    case 'elu': {
      if (node.alpha === 1) return model.add('ELU', id, [input], {});
      // ELU has no alpha there; above zero, the shares of both add up to x.
      const share = (kind: string, scale: number) =>
        addLine(model, `${id}.${kind}.share`, model.add(kind, `${id}.${kind}`, [input], {}), channels, scale);
      return model.add('Add', id, [share('ELU', node.alpha), share('ReLU', 1 - node.alpha)], {});
    }
    case 'prelu': {
      const values = parameters.get(parameterName(id, 'alpha'))?.values as Float32Array;
      const image = shape.length === 3;
      const alpha = { shape: image ? [1, 1, channels] : [channels], values };
      return model.add('PReLU', id, [input], { shared_axes: image ? [1, 2] : null }, { alpha });
    }
    case 'sigmoid':
    case 'tanh':
    case 'gelu':
      return named(node.op);
    case 'geluTanh': {
      // x sigmoid(2 u) with u = sqrt(2 / pi) (x + 0.044715 x^3): TF.js does not find its own by the name that it saves.
      const width = 2 * Math.sqrt(2 / Math.PI);
      // TF.js disposes of what a layer reads twice.
      const copy = addLine(model, `${id}.copy`, input, channels, 1);
      const square = model.add('Multiply', `${id}.square`, [input, copy], {});
      const bent = addLine(model, `${id}.bent`, square, channels, 0.044715 * width, width);
      const curve = model.add('Multiply', `${id}.curve`, [bent, input], {});
      const gate = model.add('Activation', `${id}.gate`, [curve], { activation: 'sigmoid' });
      return model.add('Multiply', id, [input, gate], {});
    }
    case 'silu':
      return named('swish');
    case 'hardSigmoid':
      return hardSigmoid(id, node.alpha, node.beta);
    case 'hardSwish':
      return model.add('Multiply', id, [input, hardSigmoid(`${id}.gate`, 1 / 6, 0.5)], {});
    case 'sign':
      throw new ExportError(
        `"${id}" makes binary activations, which layers of TensorFlow.js cannot. Export ONNX or QONNX instead.`,
      );
    default:
      throw new ExportError(`"${id}" (${node.op}) is a layer.`);
  }
}
