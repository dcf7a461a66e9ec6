// Rates on a GPU: work is submitted in one go and awaited once, because waiting costs more than most work.
import * as tf from '@tensorflow/tfjs-core';
import { layerCosts } from '../../src/graph/cost';
import type { Network } from '../../src/graph/network';
import { createRng } from '../../src/math/rng';
import { type Line, median } from './lines';

export interface Pace {
  readonly rounds: number;
  /** Minimum duration of a round. */
  readonly seconds: number;
}

export interface Work {
  /** Submits work to the device. */
  ask(): void;
  /** Waits until all submitted work is done. */
  settle(): Promise<unknown>;
}

async function timed({ ask, settle }: Work, repeats: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) ask();
  await settle();
  return performance.now() - start;
}

/** How often to submit so that a round takes long enough. Warms up. */
async function repeatsFor(pace: Pace, work: Work): Promise<number> {
  await timed(work, 1);
  let repeats = 1;
  for (let ms = await timed(work, 1); ms < pace.seconds * 1000; ms = await timed(work, repeats))
    repeats = Math.ceil(repeats * Math.min(4, Math.max(1.2, (pace.seconds * 1000) / ms)));
  return repeats;
}

/** Rates of several kinds of work, each in `per` per second, one per round, alternating. */
export async function ratesInTurns(pace: Pace, per: number, works: readonly Work[]): Promise<number[][]> {
  const repeats: number[] = [];
  for (const work of works) repeats.push(await repeatsFor(pace, work));
  const rates: number[][] = works.map(() => []);
  for (let round = 0; round < pace.rounds; round++)
    for (const i of round % 2 === 0 ? works.keys() : [...works.keys()].reverse())
      rates[i].push(((per * repeats[i]) / (await timed(works[i], repeats[i]))) * 1000);
  return rates;
}

/** Median rate of one kind of work. */
export async function rate(pace: Pace, per: number, ask: () => void, settle: () => Promise<unknown>): Promise<number> {
  return median((await ratesInTurns(pace, per, [{ ask, settle }]))[0]);
}

/** A line without a baseline. */
export function measured(id: string, unit: string, ours: number, equal: boolean | null = null, share?: number): Line {
  return {
    ...{ id, backend: 'webgpu', ours, baseline: null, ratio: null, lower: null, upper: null, unit, equal },
    ...(share !== undefined && { share }),
  };
}

/** Multiplications per image. */
export const macs = (network: Network) => layerCosts(network).reduce((sum, layer) => sum + layer.macs, 0);

export function randomPixels(batch: number, side: number): Float32Array<ArrayBuffer> {
  const rng = createRng(2);
  return Float32Array.from({ length: batch * side * side * 3 }, () => rng.normal());
}

export const randomImages = (batch: number, side: number): tf.Tensor4D =>
  tf.tensor4d(randomPixels(batch, side), [batch, side, side, 3]);
