import { expect, test } from 'vitest';
import { fastest, gainOf, preferenceOf, type Ran, recallEngines, wantedEngines } from './engines';

const ran = (workers: number, evaluation: number, gap: number | null = 17, training: number | null = 100): Ran => ({
  ...{ backend: 'wasm', workers, evaluation, gap, training },
});

test('more engines have to gain, and to leave the frames smooth', () => {
  expect(fastest([ran(1, 400), ran(2, 780), ran(4, 800)])).toEqual({ backend: 'wasm', workers: 2 });
  expect(fastest([ran(1, 400), ran(2, 780), ran(4, 1500, 60)])).toEqual({ backend: 'wasm', workers: 2 });
  expect(fastest([ran(1, 400), ran(2, 780), ran(4, 1500, null)])).toEqual({ backend: 'wasm', workers: 4 });
  // One engine has to do, however rough the frames are.
  expect(fastest([ran(1, 400, 60), ran(2, 780, 60)])).toEqual({ backend: 'wasm', workers: 1 });
  expect(fastest([])).toBeNull();
});

test('a race in which engines gain more than their number counts for nothing', () => {
  expect(fastest([ran(1, 400), ran(2, 8800)])).toBeNull();
  expect(fastest([ran(1, 400, 17, 100), ran(2, 780, 17, 260)])).toBeNull();
  expect(fastest([ran(1, 400), ran(2, 880)])).toEqual({ backend: 'wasm', workers: 2 });
});

test('a slow GPU does not win by its place', () => {
  const gpu = (evaluation: number, training: number): Ran => ({
    ...ran(1, evaluation, 17, training),
    backend: 'webgpu',
  });
  const cores = [ran(1, 400), ran(2, 780), ran(4, 1500), ran(8, 2800)];
  expect(fastest([gpu(900, 150), ...cores])?.backend).toBe('wasm');
  expect(fastest([gpu(9000, 1500), ...cores])).toEqual({ backend: 'webgpu', workers: 1 });
});

test('a choice comes before a race, and nothing before both', () => {
  const race = [ran(1, 400), ran(2, 800)];
  expect(wantedEngines({ choice: 'automatic', race: null })).toBeNull();
  expect(preferenceOf({ choice: 'automatic', race: null })).toEqual({});
  expect(wantedEngines({ choice: 'automatic', race })).toEqual({ backend: 'wasm', workers: 2 });
  expect(preferenceOf({ choice: { backend: 'webgl', workers: 1 }, race })).toEqual({ prefer: 'webgl' });
  expect(gainOf({ backend: 'wasm', workers: 2 }, race)).toBe(2);
  expect(gainOf({ backend: 'wasm', workers: 4 }, race)).toBeNull();
});

test('what is kept is checked when it is read', () => {
  const kept = new Map<string, string>();
  const before = globalThis.localStorage;
  globalThis.localStorage = { getItem: (key: string) => kept.get(key) ?? null } as Storage;
  const none = { choice: 'automatic', race: null };
  expect(recallEngines()).toEqual(none);
  for (const text of [
    '{',
    '{}',
    '{"choice":"fast","race":null}',
    '{"choice":{"backend":"wasm","workers":0},"race":null}',
  ]) {
    kept.set('fewbits.engines', text);
    expect(recallEngines()).toEqual(none);
  }
  const good = { choice: { backend: 'wasm', workers: 2 }, race: [ran(1, 400, null, null)] };
  kept.set('fewbits.engines', JSON.stringify(good));
  expect(recallEngines()).toEqual(good);
  globalThis.localStorage = before;
});
