// What the page exports as ONNX, it reads again: the same float function of the rounded weights.
import { describe, expect, test } from 'vitest';
import { layersOf, type Network } from '../../../graph/network';
import { uniformPolicy } from '../../../graph/policy';
import { everything, randomNetwork } from '../../../nn/networks.testing';
import { onnxBytes } from '../../export/onnxModel';
import { qdqModel } from '../../export/qdq';
import { contextOf, noiseImages, ourLogits, rangesOn } from '../../export/witness.testing';
import { logitsOf } from '../thirdParty.testing';
import { onnxReader } from './reader';

const network = randomNetwork(everything(9), 3);
const images = noiseImages(8, 9, 5);
const scheme = { quantizer: 'affine', granularity: 'channel' } as const;

describe('integers with DequantizeLinear', () => {
  test.each([32, 8, 4, 2] as const)('weights of %i bits', async (bits) => {
    const context = contextOf(network, uniformPolicy(network, bits, 32), scheme, new Map());
    const {
      network: read,
      unsupported,
      notes,
    } = await onnxReader.read([{ name: 'own.onnx', bytes: onnxBytes(qdqModel(context)) }]);
    expect(unsupported).toEqual([]);
    expect(layersOf(read as Network).map(({ id }) => id)).toEqual(layersOf(network).map(({ id }) => id));
    expect(notes.some((note) => note.startsWith('The file is already quantized'))).toBe(bits < 32);
    expect(await logitsOf(read as Network, images)).toBeAllClose(ourLogits(context, images, 9), {
      atol: 1e-3,
      rtol: 1e-3,
    });
  });

  test('integers with their scales beside the layers are the same function too', async () => {
    const integers = { quantizer: 'symmetric', granularity: 'channel' } as const;
    const ranges = rangesOn(network, images, 9);
    const context = contextOf(network, uniformPolicy(network, 8, 8), integers, ranges);
    const bytes = onnxBytes(qdqModel(context));
    const { network: read, unsupported, notes } = await onnxReader.read([{ name: 'own.onnx', bytes }]);
    expect(unsupported).toEqual([]);
    expect(notes.some((note) => note.startsWith('The file rounds activations'))).toBe(true);
    expect(layersOf(read as Network).map(({ id }) => id)).toEqual(layersOf(network).map(({ id }) => id));
    expect(read?.nodes.filter(({ op }) => op === 'relu')).toHaveLength(3);
    // One batch norm before each layer and one behind.
    expect(read?.nodes.filter(({ op }) => op === 'batchNorm').length).toBeLessThanOrEqual(
      2 * layersOf(network).length + 1,
    );
    const float = contextOf(network, uniformPolicy(network, 8, 32), integers, new Map());
    expect(await logitsOf(read as Network, images)).toBeAllClose(ourLogits(float, images, 9), {
      atol: 1e-3,
      rtol: 1e-3,
    });
  });

  test('rounded activations are left out, and said', async () => {
    const context = contextOf(network, uniformPolicy(network, 8, 8), scheme, rangesOn(network, images, 9));
    const {
      network: read,
      unsupported,
      notes,
    } = await onnxReader.read([{ name: 'own.onnx', bytes: onnxBytes(qdqModel(context)) }]);
    expect(unsupported).toEqual([]);
    expect(notes.some((note) => note.startsWith('The file rounds activations'))).toBe(true);
    expect(read?.nodes.filter(({ op }) => op === 'relu')).toHaveLength(3); // none is put in beside those that are there
    const float = contextOf(network, uniformPolicy(network, 8, 32), scheme, new Map());
    expect(await logitsOf(read as Network, images)).toBeAllClose(ourLogits(float, images, 9), {
      atol: 1e-3,
      rtol: 1e-3,
    });
  });
});
