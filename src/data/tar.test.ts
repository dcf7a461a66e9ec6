import { describe, expect, test } from 'vitest';
import { fc } from '../math/law.testing';
import { DatasetFormatError } from './dataset';
import { join } from './gzip';
import { readTar, type TarEntry } from './tar';
import { tarOf } from './tarWriter.testing';

async function* chopped(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function readAll(bytes: Uint8Array, pieceSize = 1000, skip?: (entry: TarEntry) => boolean) {
  const contents = new Map<string, Uint8Array[]>();
  await readTar(chopped(bytes, pieceSize), 'a.tar', (entry) => {
    if (skip?.(entry)) return undefined;
    const list: Uint8Array[] = [];
    contents.set(entry.name, list);
    return (piece) => list.push(piece.slice());
  });
  return [...contents].map(([name, parts]) => ({
    name,
    bytes: join(
      parts,
      parts.reduce((n, part) => n + part.length, 0),
    ),
  }));
}

describe('reading', () => {
  const files = fc.array(fc.uint8Array({ maxLength: 1500 }), { maxLength: 5 });

  test('returns what was written, however the stream is split', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 3000 }), async (contents, pieceSize) => {
        const written = contents.map((bytes, i) => ({ name: `folder/file ${i}.bin`, bytes: new Uint8Array(bytes) }));
        expect(await readAll(tarOf(written), pieceSize)).toEqual(written);
      }),
      { numRuns: 30 },
    );
  });

  test('skips entries that are not needed', async () => {
    const written = ['a', 'b', 'c'].map((name) => ({ name, bytes: new Uint8Array(700).fill(name.charCodeAt(0)) }));
    expect(await readAll(tarOf(written), 100, ({ name }) => name === 'b')).toEqual([written[0], written[2]]);
  });
});

describe('an invalid file', () => {
  const archive = tarOf([
    { name: 'first', bytes: new Uint8Array(600) },
    { name: 'second', bytes: new Uint8Array(600) },
  ]);

  test('that is not an archive is refused', async () => {
    await expect(readAll(new Uint8Array(2000).fill(65))).rejects.toThrow(/expected a tar archive/);
  });

  test('that is truncated is refused, naming the entry where it ends', async () => {
    await expect(readAll(archive.subarray(0, 512 + 100))).rejects.toThrow(/ends inside first, 500 bytes early/);
    await expect(readAll(archive.subarray(0, 512 + 1024 + 512 + 10))).rejects.toThrow(/ends inside second/);
    await expect(readAll(archive.subarray(0, 300))).rejects.toThrow(DatasetFormatError);
  });

  test('with a damaged header is refused, naming the header', async () => {
    const damaged = archive.slice();
    damaged[512 + 1024 + 3] ^= 1;
    await expect(readAll(damaged)).rejects.toThrow(/checksum of header 2/);
  });
});
