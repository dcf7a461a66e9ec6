// Several engines make the steps of one: the same losses and weights, to the bit, with any number of them, also when they
// answer in another order, die in mid-step, or join late. The engines are replicas in this process that are sent copies.
import { expect, test } from 'vitest';
import { describeBackends } from '../nn/backends.testing';
import { disposeSums, packSums, unpackSums } from '../nn/stepSums';
import { type OpenReplica, openReplica, receivedPasses, receivedShard } from './replicaPlan';
import { dataset, network, RUNS, settings } from './sharedRuns.testing';
import { type Crew, type Helper, ReplicaError, SharedSteps, type StepsFor, stateFingerprint } from './sharedSteps';
import { type StepMetrics, type TrainState, train } from './train';

const pause = (turns: number) =>
  Array.from({ length: turns }).reduce<Promise<void>>(
    (last) => last.then(() => new Promise((resolve) => setImmediate(resolve))),
    Promise.resolve(),
  );

/** An engine in this process; everything that it is sent or sends is copied. It lives for so many shards. */
class Neighbor implements Helper {
  private open: OpenReplica | undefined;
  private last: Promise<unknown> = Promise.resolve();
  isDead = false;
  shards = 0;
  begun = 0;

  constructor(
    private readonly slow: number,
    private readonly lives = Number.POSITIVE_INFINITY,
    private readonly spoil = false,
  ) {}

  private inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.last.then(async () => {
      await pause(this.slow);
      if (this.isDead) throw new Error('It is dead.');
      return work();
    });
    this.last = result.catch(() => {});
    return result;
  }

  begin: Helper['begin'] = (plan, state) => {
    const sent = structuredClone({ plan, state });
    return this.inTurn(() => {
      this.open?.dispose();
      this.open = openReplica(sent.plan, sent.state);
      this.begun++;
    });
  };

  shard: Helper['shard'] = (shard, passes) => {
    const sent = structuredClone({ shard, passes });
    return this.inTurn(async () => {
      if (this.shards++ === this.lives) {
        this.die();
        throw new Error('It died in mid-step.');
      }
      const { shard, images } = receivedShard(sent.shard);
      return structuredClone(
        await packSums((this.open as OpenReplica).replica.shard(shard, receivedPasses(sent.passes), images)),
      );
    });
  };

  apply: Helper['apply'] = (sums, options, check) => {
    const sent = structuredClone({ sums, options });
    return this.inTurn(async () => {
      const { model } = (this.open as OpenReplica).replica;
      const whole = unpackSums(sent.sums);
      model.apply(whole, sent.options);
      disposeSums(whole);
      if (this.spoil)
        model.restore(new Map([...(await model.state())].map(([name, v]) => [name, v.map((x) => x * 2)])));
      return check ? stateFingerprint(await model.state()) : undefined;
    });
  };

  die(): void {
    this.isDead = true;
    this.open?.dispose();
    this.open = undefined;
  }

  async end(): Promise<void> {
    await this.last;
    this.die();
  }
}

/** Steps with these neighbors; one that dies is replaced in the next step by `next`. */
function stepsWith(neighbors: Neighbor[], checkEvery = 2, next?: () => Neighbor): StepsFor {
  const crew: Crew = {
    helpers: () => {
      neighbors.forEach((one, i) => {
        if (one.isDead && next) neighbors[i] = next();
      });
      return neighbors.filter(({ isDead }) => !isDead);
    },
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    dispose: () => {},
  };
  return (replica, plan, images, shards) => new SharedSteps(replica, plan, images, shards, crew, checkEvery);
}

describeBackends('steps of several engines', (backend) => {
  // The slow backend need not repeat all of them.
  const runs = backend === 'cpu' ? RUNS.slice(0, 1) : RUNS;
  test.each(runs)('%s: the same losses and weights with 1, 2 or 4 engines', async (_, run) => {
    const alone = await run();
    expect(alone.numbers.length).toBeGreaterThan(3);
    for (const slow of [[], [0], [0, 3, 1]]) {
      const neighbors = slow.map((turns) => new Neighbor(turns));
      expect(await run(stepsWith(neighbors))).toEqual(alone);
      for (const one of neighbors) {
        expect(one.shards).toBeGreaterThan(0);
        await one.end();
      }
    }
  });

  test.each(runs.slice(0, 2))('%s: also when engines die in mid-step, for good or to be replaced', async (_, run) => {
    const alone = await run();
    for (const isReplaced of [false, true]) {
      const all: Neighbor[] = [];
      const make = (lives?: number) => {
        const one = new Neighbor(1, lives);
        all.push(one);
        return one;
      };
      const neighbors = [make(3), make()];
      expect(await run(stepsWith(neighbors, 2, isReplaced ? make : undefined))).toEqual(alone);
      expect(all[0].isDead).toBe(true);
      expect(all).toHaveLength(isReplaced ? 3 : 2);
      if (isReplaced) expect(all[2].begun).toBeGreaterThan(0);
      for (const one of all) await one.end();
    }
  });

  test('a run goes on from its state with another number of engines', async () => {
    const whole = await RUNS[0][1]();
    const first = [new Neighbor(0)];
    const begun = train(network, dataset, settings, undefined, undefined, settings, stepsWith(first));
    let state: TrainState | undefined;
    for (let step = 1; step <= 4; step++) state = await ((await begun.next()).value as StepMetrics).state();
    await begun.return(network);
    const others = [new Neighbor(0), new Neighbor(2), new Neighbor(1)];
    const rest = await RUNS[0][1](stepsWith(others), structuredClone(state));
    expect(rest).toEqual({ ...whole, numbers: whole.numbers.slice(4) });
    for (const one of [...first, ...others]) await one.end();
  });

  test('an engine whose weights are others is found out', async () => {
    const neighbor = new Neighbor(0, undefined, true);
    await expect(RUNS[0][1](stepsWith([neighbor], 3))).rejects.toThrow(ReplicaError);
    await neighbor.end();
  });
});
