import { expect, test } from 'vitest';
import { foundFingerprint } from '../core/fingerprint';
import type { FoundNetwork } from '../core/foundNetwork';
import { sha256 } from '../data/sha256';
import { writeCheckpoint } from '../formats/checkpoint';
import { colorDataset } from '../train/synthetic.testing';
import { AssetError } from './assets';
import type { BlobStore } from './blobStore';
import { type Assets, findNetwork, forgetNetwork, freshNetwork } from './checkpoints';
import { Generations } from './generations';

const dataset = { ...colorDataset(3, 3, 32), id: 'emoji10' };
const PLACE = { network: 'tiny', dataset: 'emoji10', images: dataset } as const;

function memoryStore(): BlobStore & { readonly files: Map<string, { facts: unknown; bytes: Uint8Array }> } {
  const files = new Map<string, { facts: unknown; bytes: Uint8Array }>();
  return {
    files,
    get: async (id) => files.get(id),
    async put(id, facts, bytes) {
      files.set(id, { facts, bytes });
      return { kept: true };
    },
    delete: async (id) => void files.delete(id),
  };
}
const trained = {
  ...freshNetwork('tiny', dataset, 9),
  checkpoint: { origin: 'trained', recipe: 'here' },
} as const;

const print = (found: FoundNetwork) => foundFingerprint(found, dataset);

/** A site with these files, `weights/<name>` to bytes; a missing one is rejected by name. */
const site = (files: Record<string, Uint8Array>) => async (path: string) => {
  if (!files[path]) throw new AssetError(`no ${path}`);
  return new Uint8Array(files[path]).buffer;
};
const weights = new Uint8Array(writeCheckpoint(freshNetwork('tiny', dataset, 5).network));
const facts = { recipe: 'PyTorch', accuracy: 0.9, sha256: await sha256(weights) };
const shipped = {
  'weights/tiny-emoji10.json': new TextEncoder().encode(JSON.stringify(facts)),
  'weights/tiny-emoji10.safetensors': weights,
};

test('networks without shipped weights get reproducible random ones, without a request', async () => {
  const pictures = { ...dataset, id: 'folder' };
  const found = await findNetwork('tiny', pictures, site({}), memoryStore());
  expect(found.checkpoint.origin).toBe('initial');
  expect(found.network).toEqual((await findNetwork('tiny', pictures, site({}), memoryStore())).network);
});

test('missing shipped weights are an error, never replaced by random ones', async () => {
  await expect(findNetwork('tiny', dataset, site({}), memoryStore())).rejects.toThrow('no weights/tiny-emoji10.json');
  const { 'weights/tiny-emoji10.safetensors': _, ...card } = shipped;
  await expect(findNetwork('tiny', dataset, site(card), memoryStore())).rejects.toThrow(
    'no weights/tiny-emoji10.safetensors',
  );
});

test('shipped weights have their recipe and accuracy', async () => {
  const found = await findNetwork('tiny', dataset, site(shipped), memoryStore());
  expect(found.checkpoint).toEqual({ origin: 'shipped', recipe: 'PyTorch', accuracy: 0.9 });
  expect(found.network).toEqual(freshNetwork('tiny', dataset, 5).network);
});

test('weights trained here take precedence until deleted', async () => {
  const store = memoryStore();
  await new Generations(store).use(PLACE, trained);
  expect(await findNetwork('tiny', dataset, site(shipped), store)).toEqual(trained);
  await forgetNetwork('tiny', 'emoji10', store);
  expect((await findNetwork('tiny', dataset, site(shipped), store)).checkpoint.origin).toBe('shipped');
});

test('weights are found by fingerprint in any place; otherwise the current ones are used', async () => {
  const store = memoryStore();
  const generations = new Generations(store);
  const find = async (wanted: string) => (await findNetwork('tiny', dataset, site(shipped), store, wanted)).network;
  const others = [10, 11, 12, 13, 14].map((seed) => ({
    ...freshNetwork('tiny', dataset, seed),
    checkpoint: trained.checkpoint,
  }));
  for (const each of others) expect(await generations.use(PLACE, each)).not.toHaveProperty('notKept');
  // One in use, three aside; the oldest has made room.
  expect(await generations.list(PLACE)).toMatchObject([3, 2, 1].map((i) => ({ fingerprint: print(others[i]) })));
  for (const each of others.slice(1)) expect(await find(print(each))).toEqual(each.network);
  expect(await find(print(freshNetwork('tiny', dataset, 5)))).toEqual(freshNetwork('tiny', dataset, 5).network);
  expect(await find(print(others[0]))).toEqual(others[4].network);
  // Put in use again, it frees its place for the one that it replaces.
  await generations.use(PLACE, others[1]);
  expect((await generations.list(PLACE)).map(({ fingerprint }) => fingerprint)).toEqual(
    [4, 3, 2].map((i) => print(others[i])),
  );
});

test('weights stored by an earlier version without a fingerprint are set aside under their computed one', async () => {
  const store = memoryStore();
  await store.put('weights-tiny-emoji10', trained.checkpoint, writeCheckpoint(trained.network));
  const generations = new Generations(store);
  await generations.use(PLACE, undefined, print(trained));
  expect(await generations.list(PLACE)).toEqual([{ fingerprint: print(trained), recipe: 'here' }]);
});

test('earlier weights that cannot be set aside stay in place, with a note', async () => {
  const store = memoryStore();
  await new Generations(store).use(PLACE, trained);
  const full = { ...store, put: async () => ({ kept: false, reason: 'no room' }) as const };
  const other = { ...freshNetwork('tiny', dataset, 10), checkpoint: trained.checkpoint };
  expect(await new Generations(full).use(PLACE, other)).toEqual({ notKept: 'no room' });
  expect((await findNetwork('tiny', dataset, site({}), store)).network).toEqual(trained.network);
});

test('stored weights that no longer fit or are damaged are replaced by the shipped ones, with a note', async () => {
  const store = memoryStore();
  await new Generations(store).use(PLACE, trained);
  for (const [id, { facts, bytes }] of store.files) store.files.set(id, { facts, bytes: bytes.slice(0, 1000) });
  const found = await findNetwork('tiny', dataset, site(shipped), store);
  expect(found).toMatchObject({
    checkpoint: { origin: 'shipped' },
    unread: expect.stringMatching(/^no longer fit it \(/),
  });
  const damaged = { ...memoryStore(), damaged: (id: string) => id === 'weights-tiny-emoji10' };
  expect((await findNetwork('tiny', dataset, site(shipped), damaged)).unread).toBe('are damaged');
});

test('the error for a truncated card names the file', async () => {
  const cut = { ...shipped, 'weights/tiny-emoji10.json': new TextEncoder().encode('{"recipe": "Py') };
  await expect(findNetwork('tiny', dataset, site(cut), memoryStore())).rejects.toThrow(
    /^"weights\/tiny-emoji10\.json" is damaged/,
  );
});

test('weights with one wrong bit are refused by name, after one retry', async () => {
  const flipped = weights.slice();
  flipped[flipped.length - 5] ^= 1;
  const asked: (boolean | undefined)[] = [];
  const damaged = site({ ...shipped, 'weights/tiny-emoji10.safetensors': flipped });
  const assets: Assets = async (path, options) => {
    asked.push(options?.fresh);
    return damaged(path);
  };
  await expect(findNetwork('tiny', dataset, assets, memoryStore())).rejects.toThrow(
    /^"weights\/tiny-emoji10\.safetensors" is damaged: its SHA-256/,
  );
  expect(asked).toEqual([undefined, undefined, true, true]);
});

test('an outdated file in the browser cache is replaced by the server’s file', async () => {
  const older = site({ ...shipped, 'weights/tiny-emoji10.safetensors': new Uint8Array(8) });
  const assets: Assets = (path, options) => (options?.fresh ? site(shipped) : older)(path);
  expect((await findNetwork('tiny', dataset, assets, memoryStore())).checkpoint.origin).toBe('shipped');
});
