import { expect, test, vi } from 'vitest';
import { writeCheckpoint } from '../formats/checkpoint';
import { FormatError } from '../formats/safetensors';
import { colorDataset } from '../train/synthetic.testing';
import { findNetwork, forgetNetwork, freshNetwork, keepNetwork } from './checkpoints';
import type { KeepSake } from './keepsake';

const dataset = { ...colorDataset(3, 3, 32), id: 'emoji10' };
const none = async () => undefined;

function memoryStore(): KeepSake & { readonly files: Map<string, { facts: unknown; bytes: Uint8Array }> } {
  const files = new Map<string, { facts: unknown; bytes: Uint8Array }>();
  return {
    files,
    recall: async (id) => files.get(id),
    async keep(id, facts, bytes) {
      files.set(id, { facts, bytes });
      return { kept: true };
    },
    forget: async (id) => void files.delete(id),
  };
}
const trained = {
  ...freshNetwork('tiny', dataset, 9),
  checkpoint: { origin: 'trained', recipe: 'here', accuracy: 0.5 },
} as const;

/** Files of the site, as `weights/<name>` to bytes. */
const site = (files: Record<string, Uint8Array>) => async (path: string) => files[path]?.slice().buffer as ArrayBuffer;
const shipped = {
  'weights/tiny-emoji10.json': new TextEncoder().encode('{"recipe": "PyTorch", "accuracy": 0.9}'),
  'weights/tiny-emoji10.safetensors': writeCheckpoint(freshNetwork('tiny', dataset, 5).network),
};

test('without any file the weights are fresh, and the same each time', async () => {
  const found = await findNetwork('tiny', dataset, none, memoryStore());
  expect(found.checkpoint.origin).toBe('initial');
  expect(found.network).toEqual((await findNetwork('tiny', dataset, none, memoryStore())).network);
});

test('shipped weights come with their recipe and accuracy', async () => {
  const found = await findNetwork('tiny', dataset, site(shipped), memoryStore());
  expect(found.checkpoint).toEqual({ origin: 'shipped', recipe: 'PyTorch', accuracy: 0.9 });
  expect(found.network).toEqual(freshNetwork('tiny', dataset, 5).network);
});

test('weights trained here come first, until they are forgotten', async () => {
  const store = memoryStore();
  await keepNetwork('tiny', 'emoji10', trained, store);
  expect(await findNetwork('tiny', dataset, site(shipped), store)).toEqual(trained);
  await forgetNetwork('tiny', 'emoji10', store);
  expect((await findNetwork('tiny', dataset, site(shipped), store)).checkpoint.origin).toBe('shipped');
});

test('kept weights that no longer fit give way to the shipped ones, with a warning', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const store = memoryStore();
  await keepNetwork('tiny', 'emoji10', trained, store);
  for (const [id, { facts, bytes }] of store.files) store.files.set(id, { facts, bytes: bytes.slice(0, 1000) });
  expect((await findNetwork('tiny', dataset, site(shipped), store)).checkpoint.origin).toBe('shipped');
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});

test('shipped weights that are damaged are an error that says so', async () => {
  const damaged = { ...shipped, 'weights/tiny-emoji10.safetensors': new Uint8Array(100).fill(60) };
  await expect(findNetwork('tiny', dataset, site(damaged), memoryStore())).rejects.toThrow(FormatError);
});
