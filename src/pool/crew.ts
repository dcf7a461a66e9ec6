// The members of a pool as a crew: each measures a candidate of a search, while the engine measures one too.
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { calibrationName } from '../quant/calibration';
import { calibrationOf } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import type { Crew, Task } from '../search/crew';
import type { Score } from '../search/method';
import { imageBytes, imagesOfTask, writeImages } from '../search/taskImages';
import type { Calibrated } from '../train/calibrated';
import { type Evaluate, evaluate } from '../train/evaluate';
import { evaluateOn } from './evaluating';
import { JobError, type Member, MemberLostError } from './member';
import type { Pool } from './pool';

/** What a search measures. */
export interface SearchedModel {
  readonly network: Network;
  readonly dataset: Dataset;
  readonly calibrated: Calibrated;
  /** The rounding that the network came with. */
  readonly statedRounding?: Rounding | undefined;
}

/** Tasks that a member has in hand: one in work and one waiting, so that it need not wait until the engine hears of the answer. */
const DEPTH = 2;
/** Most bytes of images that are sent to each member; a task with more is the engine's. */
const MOST_BYTES = 128e6;

/** A crew that is dismissed at the end of a search. */
export interface PoolCrew extends Crew {
  /** `evaluate` on the pool, or by the engine alone while a member is at a task, which would otherwise wait for it. */
  readonly evaluate: Evaluate;
  dispose(): void;
}

/** The crew of a pool for a search on a model. `cacheBytes` is the memory limit of all prefix caches of members together. */
export function crewOn(pool: Pool, model: SearchedModel, cacheBytes: number): PoolCrew {
  const { network, dataset, statedRounding: known } = model;
  const id = `search ${pool.newRun()}`;
  const split = evaluateOn(pool);
  const images = new Map<string, Uint8Array>();
  /** The runs of the tasks that each member has in hand. */
  const inHand = new Map<Member, Set<number>>();
  const met = new Set<Member>();
  const keys = new Set<string>();

  /** The images of a task under a key that is equal for tasks with the same ones. */
  const imagesOf = (task: Task): readonly [key: string, bytes: Uint8Array] => {
    const { scheme, steps, images: evaluated, batchSize, seed } = task;
    const drawn = steps > 0 ? [steps, batchSize, seed] : [];
    const key = `${id} images ${[calibrationName(calibrationOf(scheme)), evaluated, ...drawn].join('/')}`;
    const known = images.get(key);
    if (known !== undefined) return [key, known];
    const seen = imagesOfTask(task, model.calibrated.base(scheme), dataset);
    if (imageBytes(seen, dataset) > MOST_BYTES) throw new RangeError('The images of this task are too many to send.');
    const bytes = writeImages(dataset, seen);
    images.set(key, bytes);
    return [key, bytes];
  };

  const measure = async (task: Task, signal: AbortSignal): Promise<Score> => {
    const load = (one: Member) => inHand.get(one)?.size ?? 0;
    const [member] = pool.ready.filter((one) => load(one) < DEPTH).sort((a, b) => load(a) - load(b));
    if (member === undefined) throw new MemberLostError('No worker of the pool is free.');
    const run = pool.newRun();
    const runs = inHand.get(member) ?? new Set();
    inHand.set(member, runs.add(run));
    met.add(member);
    const stop = () => member.cancel(run);
    try {
      const [imagesKey, bytes] = imagesOf(task);
      const bench = `${imagesKey} bench`;
      const networkKey = pool.keyOf('network', network);
      member.hold(networkKey, 'network', () => ({ value: network, bytes: 0 }));
      member.hold(imagesKey, 'device', () => ({ value: bytes, bytes: 0 }));
      for (const key of [imagesKey, bench]) keys.add(key);
      signal.addEventListener('abort', stop, { once: true });
      const params = { bench, network: networkKey, images: imagesKey, task, cacheBytes: cacheBytes / pool.size };
      return await member.run(run, 'measure', { ...params, ...(known && { known }) }, [networkKey]);
    } catch (error) {
      // If the fault is the task's, the engine fails at it as well and says so; if not, this worker is of no use.
      if (error instanceof JobError) member.end({ why: 'failed', detail: error.message });
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      runs.delete(run);
      if (runs.size === 0) inHand.delete(member);
    }
  };

  return {
    get places() {
      pool.fill();
      return DEPTH * pool.ready.length;
    },
    measure,
    evaluate: (...asked) => (inHand.size > 0 ? evaluate : split)(...asked),
    dispose() {
      for (const [member, runs] of inHand) for (const run of runs) member.cancel(run);
      for (const member of met) member.drop([...keys]);
    },
  };
}
