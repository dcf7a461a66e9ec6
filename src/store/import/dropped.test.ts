import { expect, test } from 'vitest';
import { writeCheckpoint } from '../../formats/checkpoint';
import { createRng } from '../../math/rng';
import { initialize } from '../../zoo/definition';
import { networks } from '../../zoo/registry';
import { kindOf } from './dropped';

const file = (path: string, content: BlobPart) => ({ path, file: new File([content], path) });

test('a dropped file is recognized by its content', async () => {
  const records = new Uint8Array(2 * 3073).fill(7);
  const gzipped = async (bytes: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(
      await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
    );
  const idx = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 3, 4);
  const tar = (name: string) => {
    const header = new Uint8Array(1024);
    header.set(new TextEncoder().encode(name));
    header.set(new TextEncoder().encode('ustar'), 257);
    return header;
  };
  expect(await kindOf([file('cat/1.png', ''), file('dog/1.png', '')])).toBe('folder');
  expect(await kindOf([file('test_batch.bin', records)])).toBe('cifar10');
  expect(await kindOf([file('a.onnx', new Uint8Array([0x1f, 0x8b, 8]))])).toBe('cifar10');
  expect(await kindOf([file('any name', new Uint8Array(2 * 3074).fill(7))])).toBe('cifar100');
  expect(await kindOf([file('a.tar.gz', await gzipped(tar('cifar-100-binary/')))])).toBe('cifar100');
  expect(await kindOf([file('a.tgz', await gzipped(tar('cifar-10-batches-bin/')))])).toBe('cifar10');
  expect(await kindOf([file('readme', 'hello'), file('labels', idx), file('images.gz', await gzipped(idx))])).toBe(
    'idx',
  );
  expect(await kindOf([file('x.json', JSON.stringify({ conv1: { weights: 4, activations: 8 } }))])).toBe('policy');
  expect(await kindOf([file('model.json', '{"modelTopology":{}}'), file('w.bin', records)])).toBe('network');
  const net = writeCheckpoint(initialize(networks.tiny.build([32, 32, 3], 10), createRng(3)));
  expect(await kindOf([file('picture.png.bin', net as Uint8Array<ArrayBuffer>)])).toBe('network');
  expect(await kindOf([file('notes.txt', 'hello')])).toBe('network');
});
