// The jobs of training: a member's replica of the network in training, and what it is asked.
import { disposeSums, type PackedSums, packSums, unpackSums } from '../nn/stepSums';
import {
  type OpenReplica,
  openReplica,
  type ReplicaPlan,
  receivedPasses,
  receivedShard,
  type SentPasses,
  type SentShard,
} from '../train/replicaPlan';
import { stateFingerprint } from '../train/sharedSteps';
import type { JobAnswer, JobContext } from './job';

/** The key of the replica that a member keeps for a run. */
interface OfReplica {
  readonly replica: string;
}

export interface ReplicaToBegin extends OfReplica {
  readonly plan: ReplicaPlan;
  readonly state: ReadonlyMap<string, Float32Array>;
}

export interface ShardToRun extends OfReplica {
  readonly shard: SentShard;
  readonly passes: SentPasses;
}

export interface StepToMake extends OfReplica {
  readonly sums: PackedSums;
  readonly options: unknown;
  readonly check: boolean;
}

/** Keeps a replica; one that was kept under its key is disposed. */
export async function beginReplica(
  { replica, plan, state }: ReplicaToBegin,
  { held }: JobContext,
): Promise<JobAnswer<undefined>> {
  held.set(replica, openReplica(plan, state));
  return { value: undefined };
}

/** Sums of a shard. */
export async function runShard(
  { replica: key, shard: sent, passes }: ShardToRun,
  { held }: JobContext,
): Promise<JobAnswer<PackedSums>> {
  const { replica } = held.get<OpenReplica>(key);
  const { shard, images } = receivedShard(sent);
  const value = await packSums(replica.shard(shard, receivedPasses(passes), images));
  return { value, transfer: [value.values.buffer] };
}

/** Makes a step; the fingerprint of the state after it, if asked. */
export async function makeStep(
  { replica: key, sums, options, check }: StepToMake,
  { held }: JobContext,
): Promise<JobAnswer<string | undefined>> {
  const { model } = held.get<OpenReplica>(key).replica;
  const whole = unpackSums(sums);
  model.apply(whole, options);
  disposeSums(whole);
  return { value: check ? stateFingerprint(await model.state()) : undefined };
}
