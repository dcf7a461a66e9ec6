// Steps that several engines make together: each keeps a replica, and computes shards of every batch; their sums are added
// up here in the order of the shards, and every replica makes the same step of them. Only shards and sums move. An engine
// that fails loses nothing: its shards are done again elsewhere, and the next one is sent the state.
import type { BatchPlan } from '../data/batch';
import type { ImageSet } from '../data/dataset';
import { fingerprint } from '../math/fingerprint';
import { addPacked, type PackedSums, packSums, unpackSums } from '../nn/stepSums';
import type { Choose } from '../nn/supernetOptions';
import { cutBatch, OwnSteps, outcomeOf, type Replica, type StepOutcome, type Steps } from './replica';
import { type ReplicaPlan, type SentPasses, type SentShard, sentPasses, sentShard } from './replicaPlan';

/** Another engine. It does what it is asked in this order; a rejection means that it was not done. */
export interface Helper {
  /** Keeps a replica with this state. */
  begin(plan: ReplicaPlan, state: ReadonlyMap<string, Float32Array>): Promise<void>;
  shard(shard: SentShard, passes: SentPasses): Promise<PackedSums>;
  /** Makes a step; resolves to the fingerprint of the state after it, if asked. */
  apply(sums: PackedSums, options: unknown, check: boolean): Promise<string | undefined>;
}

/** The other engines that can help a run. */
export interface Crew {
  /** Those that live now; each is the same object as long as it does. */
  helpers(): readonly Helper[];
  /** Lets messages in. */
  breathe(): Promise<void>;
  /** Ends the run in all of them. */
  dispose(): void;
}

/** A replica is no longer what it should be, so that its gradients would be those of another network. */
export class ReplicaError extends Error {
  override readonly name = 'ReplicaError';
}

/** Steps between two comparisons of all replicas. */
const CHECK_EVERY = 25;

/** Names and values of a state as one hash. */
export function stateFingerprint(state: ReadonlyMap<string, Float32Array>): string {
  return fingerprint([...state].flat());
}

export class SharedSteps<Options, Passes> implements Steps<Options, Passes> {
  private made = 0;
  /** Helpers whose replicas have made all steps so far. */
  private readonly current = new Set<Helper>();

  constructor(
    private readonly replica: Replica<Options, Passes>,
    private readonly plan: ReplicaPlan,
    private readonly images: ImageSet,
    private readonly shards: number,
    private readonly crew: Crew,
    private readonly checkEvery = CHECK_EVERY,
  ) {}

  async step(batch: BatchPlan, passes: Passes, options: Options): Promise<StepOutcome> {
    const { model } = this.replica;
    const helpers = await this.begin();
    const sums = await this.sumsOf(batch, passes, helpers);
    const total = sums.reduce(addPacked);
    const check = ++this.made % this.checkEvery === 0;
    const applied = helpers.map(async (helper) => {
      if (!this.current.has(helper)) return undefined;
      try {
        return await helper.apply({ parts: total.parts, values: total.values.slice() }, options, check);
      } catch {
        this.current.delete(helper);
        return undefined;
      }
    });
    const whole = unpackSums(total);
    model.apply(whole, options);
    const outcome = outcomeOf(whole);
    if (check && !(await this.areEqual(await Promise.all(applied)))) {
      for (const number of [...outcome.losses, outcome.hits]) number.dispose();
      throw new ReplicaError(
        `After step ${this.made} the workers no longer hold the same weights, so training has stopped. Start it again with one worker, and report this.`,
      );
    }
    return outcome;
  }

  dispose(): void {
    this.crew.dispose();
  }

  /** The helpers that live, all with a replica of the current state. */
  private async begin(): Promise<readonly Helper[]> {
    // As many as find a shard besides this engine.
    const helpers = this.crew.helpers().slice(0, this.shards - 1);
    for (const helper of [...this.current]) if (!helpers.includes(helper)) this.current.delete(helper);
    const fresh = helpers.filter((helper) => !this.current.has(helper));
    if (fresh.length === 0) return helpers;
    const state = await this.replica.model.state();
    for (const helper of fresh) {
      this.current.add(helper);
      // What follows is asked after this, so that it need not be awaited.
      helper.begin(this.plan, state).catch(() => this.current.delete(helper));
    }
    return helpers;
  }

  /**
   * The sums of each shard. Every engine takes an equal number of shards; those left over, and those of an engine that fails,
   * go to whoever is free.
   */
  private async sumsOf(batch: BatchPlan, passes: Passes, helpers: readonly Helper[]): Promise<PackedSums[]> {
    const shards = cutBatch(batch, this.shards);
    const sums: PackedSums[] = [];
    const waiting = shards.map((_, i) => i);
    const sent = sentPasses(this.plan.trained, passes as readonly Choose[] | undefined);
    let asked = 0;
    let wake = () => {};
    const give = (helper: Helper) => {
      const i = waiting.shift();
      if (i === undefined || !this.current.has(helper)) {
        if (i !== undefined) waiting.push(i);
        return;
      }
      asked++;
      helper
        .shard(sentShard(shards[i], this.images, this.plan.geometry), sent)
        .then(
          (found) => {
            sums[i] = found;
            give(helper);
          },
          () => {
            this.current.delete(helper);
            waiting.push(i);
          },
        )
        .finally(() => {
          asked--;
          wake();
        });
    };
    const each = Math.floor(shards.length / (helpers.length + 1));
    for (const helper of helpers) for (let i = 0; i < each; i++) give(helper);
    for (;;) {
      const own = waiting.shift();
      if (own !== undefined) {
        sums[own] = await packSums(this.replica.shard(shards[own], passes));
        await this.crew.breathe();
      } else if (asked === 0) return sums;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  private async areEqual(fingerprints: readonly (string | undefined)[]): Promise<boolean> {
    const own = stateFingerprint(await this.replica.model.state());
    return fingerprints.every((one) => one === undefined || one === own);
  }
}

/** Where the steps of a run are made. */
export type StepsFor = <Options, Passes>(
  replica: Replica<Options, Passes>,
  plan: ReplicaPlan,
  images: ImageSet,
  shards: number,
) => Steps<Options, Passes>;

/** By the replica alone. */
export const ownSteps: StepsFor = (replica, _plan, _images, shards) => new OwnSteps(replica, shards);
