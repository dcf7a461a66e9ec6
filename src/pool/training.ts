// Training shared by the engines of a pool: the engine's side (replicas.ts is the members').
import { compiledOr } from '../train/compiledOr';
import { OwnSteps } from '../train/replica';
import { type Crew, type Helper, SharedSteps, type StepsFor } from '../train/sharedSteps';
import { createYield } from './breathe';
import { JobError, type Member } from './member';
import type { Pool } from './pool';

/** What a run asks a member. A member that fails at a job is of no use: if the fault is the network's, the engine fails too. */
function helperOf(member: Member, run: number, replica: string): Helper {
  const orEnd = <T>(result: Promise<T>): Promise<T> =>
    result.catch((error) => {
      if (error instanceof JobError) member.end({ why: 'failed', detail: error.message });
      throw error;
    });
  return {
    begin: (plan, state) => orEnd(member.run(run, 'beginReplica', { replica, plan, state })),
    shard: (shard, passes) => orEnd(member.run(run, 'runShard', { replica, shard, passes }, [], [shard.pixels.buffer])),
    apply: (sums, options, check) =>
      orEnd(member.run(run, 'makeStep', { replica, sums, options, check }, [], [sums.values.buffer])),
  };
}

function crewOf(pool: Pool): Crew {
  const run = pool.newRun();
  const replica = `replica ${run}`;
  const helpers = new Map<Member, Helper>();
  return {
    helpers: () => {
      pool.fill();
      const { ready } = pool;
      for (const member of helpers.keys()) if (!ready.includes(member)) helpers.delete(member);
      return ready.map((member) => {
        const helper = helpers.get(member) ?? helperOf(member, run, replica);
        helpers.set(member, helper);
        return helper;
      });
    },
    breathe: createYield(),
    dispose: () => {
      for (const member of helpers.keys()) {
        member.cancel(run);
        member.drop([replica]);
      }
    },
  };
}

/**
 * Steps in shards that the engines of a pool compute; those of a whole batch, or of a pool of one, are made here, on WebGPU
 * compiled where possible.
 */
export function stepsOn(pool: Pool): StepsFor {
  return compiledOr((replica, plan, images, shards) => {
    const own = new OwnSteps(replica, shards);
    if (shards === 1) return own;
    const shared = new SharedSteps(replica, plan, images, shards, crewOf(pool));
    return {
      // The number of engines may change during a run.
      step: (...step) => (pool.size === 1 ? own : shared).step(...step),
      dispose: () => shared.dispose(),
    };
  });
}
