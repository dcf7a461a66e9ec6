import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { RaceRow as WrittenRow } from '../../cli/race';
import { searches } from '../../search/registry';
import { advance, budgetOf, placeAt, type RaceRow, readRaces } from './raceData';

const written = readFileSync('docs/race.jsonl', 'utf8');

const row = (method: string, seed: number, images: number, best?: readonly (readonly [number, number])[]): RaceRow => ({
  ...{ program: 'fewbits 1.0.0', network: 'tiny', dataset: 'emoji10', limit: '8x', budget: '1000images' },
  ...{
    method,
    label: method.toUpperCase(),
    seed,
    images,
    finish: 'rounded',
    right: 50,
    n: 100,
    ...(best && { curve: { n: 10, best } }),
  },
});
const read = (...rows: readonly RaceRow[]) => readRaces(rows.map((line) => `${JSON.stringify(line)}\n`).join(''));

it('moves a method by the mean over seeds of its best so far, once every seed has measured something', () => {
  const [{ tracks, most }] = read(
    row('uniform', 1, 100, [[100, 4]]),
    row('uniform', 2, 100, [[100, 5]]),
    row('mtgp', 1, 900, [
      [100, 3],
      [500, 8],
    ]),
    row('mtgp', 2, 700, [
      [300, 5],
      [600, 6],
    ]),
  );
  const mtgp = tracks.get('mtgp') as NonNullable<ReturnType<typeof tracks.get>>;
  expect(most).toBe(900);
  expect([0, 299, 300, 550, 650, 900].map((images) => placeAt(mtgp, images))).toEqual([
    { spent: 0 },
    { spent: 299 },
    { spent: 300, best: 40 },
    { spent: 550, best: 65 },
    { spent: 650, best: 70 },
    { spent: 800, best: 70 },
  ]);
});

it('replays the seeds of which every method has told its way, and ranks all', () => {
  const [{ seeds, replayed, standings, tracks, labels }] = read(
    row('uniform', 1, 100),
    row('uniform', 2, 100, [[100, 5]]),
    row('mtgp', 1, 900, [[100, 9]]),
    row('mtgp', 2, 700, [[100, 6]]),
  );
  expect({ seeds, replayed }).toEqual({ seeds: [1, 2], replayed: [2] });
  expect(tracks.get('mtgp')).toEqual({ ends: [900, 700], steps: [{ images: 100, accuracy: 60 }] });
  expect(standings.get('uniform')?.map((standing) => standing.seeds)).toEqual([2, 2]);
  expect([...standings.keys()]).toEqual(['uniform']);
  expect(labels.get('mtgp')).toBe('MTGP');
});

it('plays on to the end and no further', () => {
  expect(advance(0, 0, 60_000)).toBe(0);
  let images = 0;
  let seconds = 0;
  for (; images < 60_000; seconds += 0.1) images = advance(images, 0.1, 60_000);
  expect(images).toBe(60_000);
  expect(seconds).toBeGreaterThan(5);
  expect(seconds).toBeLessThan(20);
});

it('says budgets as the command line takes them', () => {
  expect(['60000images', '50', '10min'].map(budgetOf)).toEqual([
    { n: 60_000, unit: 'images' },
    { n: 50, unit: 'configs' },
    { n: 10, unit: 'min' },
  ]);
});

it('reads what `race` has written: one race per limit, each search once, none ahead of its budget', () => {
  const lines = written
    .trimEnd()
    .split('\n')
    .map((line): WrittenRow => JSON.parse(line));
  const known: readonly Omit<RaceRow, 'network' | 'dataset'>[] = lines;
  const races = readRaces(written);
  expect(races.map(({ one }) => one.limit)).toEqual([...new Set(known.map(({ limit }) => limit))]);
  for (const { standings: against, tracks, labels, most, one } of races) {
    expect([...against.keys()]).toEqual(['uniform', 'outputError']);
    expect(against.get('outputError')?.find(({ method }) => method === 'outputError')).not.toHaveProperty('difference');
    const standings = against.get('uniform') ?? [];
    expect(most).toBeLessThanOrEqual(budgetOf(one.budget).n);
    expect(new Set(standings.map(({ method }) => method))).toEqual(new Set(tracks.keys()));
    for (const { method, accuracy, seeds } of standings) {
      expect(searches[method as keyof typeof searches].label).toBe(labels.get(method));
      const own = known.filter((line) => line.limit === one.limit && line.method === method);
      expect(seeds).toBe(own.length);
      expect(accuracy.mean).toBeCloseTo(own.reduce((sum, { right, n }) => sum + right / n, 0) / own.length, 12);
    }
  }
});
