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
  const atWork = new Map<Member, number>();
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
    const member = pool.ready.find((one) => !atWork.has(one));
    if (member === undefined) throw new MemberLostError('No worker of the pool is free.');
    const run = pool.newRun();
    atWork.set(member, run);
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
      if (error instanceof JobError) member.end(error.message);
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      atWork.delete(member);
    }
  };

  return {
    get places() {
      pool.fill();
      return pool.ready.length;
    },
    measure,
    evaluate: (...asked) => (atWork.size > 0 ? evaluate : split)(...asked),
    dispose() {
      for (const [member, run] of atWork) member.cancel(run);
      for (const member of met) member.drop([...keys]);
    },
  };
}
