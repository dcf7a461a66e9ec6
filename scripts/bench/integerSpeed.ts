// What is compared to see how fast layers of integers are: one network on one batch, in float, with 8 bits as sums of floats
// that are integers, and with integers of several widths. For Node and for browsers.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { isLayer } from '../../src/graph/network';
import { type BitWidth, FLOAT, uniformPolicy } from '../../src/graph/policy';
import { createRng } from '../../src/math/rng';
import { Inference } from '../../src/nn/inference';
import { type KernelMode, setKernelMode } from '../../src/nn/kernels/wasm/module';
import { initialize } from '../../src/zoo/definition';
import { type NetworkId, networks } from '../../src/zoo/registry';

/** One way to compute the logits of the batch. */
export interface Subject {
  readonly id: string;
  run(): Float32Array;
  dispose(): void;
}

const WIDTHS: readonly BitWidth[] = [8, 7, 4, 2];

/**
 * The subjects on the wasm backend, which must be the current one: float first, then each width as floats (`-sums`) and as
 * integers. Weights and images are random.
 */
export function integerSubjects(id: NetworkId, batch: number, mode: KernelMode): Subject[] {
  const network = initialize(networks[id].build([32, 32, 3], 10), createRng(1));
  const rng = createRng(2);
  const pixels = Float32Array.from({ length: batch * 32 * 32 * 3 }, () => rng.normal());
  const range = { min: 0, max: 4, meanMagnitude: 1, choice: 'minMax' } as const;
  const ranges = new Map(network.nodes.filter(isLayer).map((node) => [node.id, range]));
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const subject = (name: string, bits: BitWidth, integers: boolean): Subject => {
    const choose = () => setKernelMode(tf.backend() as BackendWasm, mode, integers);
    choose();
    const model = new Inference(network);
    model.configure({ policy: uniformPolicy(network, bits, bits), scheme, ranges });
    return {
      id: name,
      run() {
        choose();
        const { logits } = model.run(() => tf.tensor4d(pixels, [batch, 32, 32, 3]));
        const values = Float32Array.from(logits.dataSync());
        logits.dispose();
        return values;
      },
      dispose: () => model.dispose(),
    };
  };
  return [
    subject('float', FLOAT, true),
    ...WIDTHS.flatMap((bits) => [subject(`${bits}-sums`, bits, false), subject(`${bits}`, bits, true)]),
  ];
}
