// Entry of the page that twinsPage.ts builds: runs every tensor twin on a forced backend and stores the outcome on
// `window`. Not part of the product. As in engine/worker.ts, the core comes before the gradients, without named
// imports, which tree shaking would drop.
import '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { chooseBackend } from '../src/engine/backend';
import type { BackendName } from '../src/engine/protocol/opening';
import { isNear, type TwinDifference, twinDifferences } from '../src/nn/twins.testing';

export interface TwinOutcome {
  readonly device: string;
  readonly backend: string;
  readonly twins: number;
  readonly wrong: readonly TwinDifference[];
  readonly faults: readonly string[];
}

async function run(forced: BackendName, every: boolean): Promise<TwinOutcome> {
  const faults: string[] = [];
  const { name, device } = await chooseBackend({ forced, onFault: ({ message }) => faults.push(message) });
  const all: TwinDifference[] = [];
  for await (const difference of twinDifferences(every)) all.push(difference);
  return { device, backend: name, twins: all.length, wrong: all.filter((each) => !isNear(each)), faults };
}

Object.assign(window, { runTwins: run });
