// The job of a search: a policy measured on a member's own bench, while other candidates are measured elsewhere.
import type { Network } from '../graph/network';
import type { Rounding } from '../rounding/rounding';
import { Bench } from '../search/bench';
import type { Task } from '../search/crew';
import type { Score } from '../search/method';
import { readImages } from '../search/taskImages';
import { Calibrated } from '../train/calibrated';
import type { JobAnswer, JobContext } from './job';

/** A task, and keys of what the member holds. */
export interface TaskToMeasure {
  /** Names the bench for the network and these images. */
  readonly bench: string;
  readonly network: string;
  /** Bytes of `writeImages`. */
  readonly images: string;
  /** The rounding that the network came with. */
  readonly known?: Rounding;
  readonly task: Task;
  /** Memory limit of the bench's prefix cache. */
  readonly cacheBytes: number;
}

/** Measures a task. Other jobs are done between its batches. */
export async function measure(
  { bench: key, network, images, known, task, cacheBytes }: TaskToMeasure,
  { held, breathe, signal }: JobContext,
): Promise<JobAnswer<Score>> {
  const bench = held.make(key, () => {
    const dataset = readImages(held.get<Uint8Array>(images));
    const calibrated = new Calibrated(held.get<Network>(network), dataset, known);
    return new Bench({ dataset, calibrated }, cacheBytes);
  });
  const turn = async () => {
    await breathe();
    signal.throwIfAborted();
  };
  return { value: await bench.measure(task, turn) };
}
