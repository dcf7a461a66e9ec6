// A model file as another program would write it.
import { readFileSync } from 'node:fs';
import { readCheckpoint } from '../src/formats/checkpoint';
import { writeExport } from '../src/formats/export/write';
import { type BitWidth, FLOAT, uniformPolicy } from '../src/graph/policy';
import { networks } from '../src/zoo/registry';

/** The shipped Tiny as ONNX with `bits`-bit weights, as the page exports it. */
export function tinyOnnx(bits: BitWidth): Buffer {
  const folder = new URL('../public/weights/tiny-emoji10.', import.meta.url);
  const { normalization } = JSON.parse(readFileSync(new URL(`${folder}json`), 'utf8'));
  const network = readCheckpoint(networks.tiny.build([32, 32, 3], 10), readFileSync(new URL(`${folder}safetensors`)));
  const [file] = writeExport('onnx', {
    ...{ network, policy: uniformPolicy(network, bits, FLOAT), normalization, ranges: new Map(), classes: [] },
    scheme: { quantizer: 'symmetric', granularity: 'channel' },
    provenance: { dataset: 'Emoji-10', split: 'test', seed: 1, version: '0', backend: 'none' },
  });
  return Buffer.from(file.content as Uint8Array);
}
