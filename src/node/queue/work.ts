// A worker of a queue: takes a job, fetches the weights and images that it names unless it has them, measures, and answers.
import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { networkFingerprint } from '../../core/fingerprint';
import type { Dataset } from '../../data/dataset';
import { fitDataset } from '../../data/fit';
import type { InputNode } from '../../graph/network';
import { Bench } from '../../search/bench';
import { readImages } from '../../search/taskImages';
import { Calibrated } from '../../train/calibrated';
import { BlobError, getBlob } from './blobs';
import { checkJob, type JobData, JobError, type JobResult, queueName, taskOf } from './job';
import { sayPresence } from './presence';
import { CLOSE_SECONDS, connect, queuePackages, withinSeconds } from './redis';
import { readNetwork } from './sentNetwork';
import { PATIENCE_SECONDS, STALLED } from './stalled';

/** Networks with images that are kept in memory; the one not used for longest goes first. */
const MOST_KEPT = 3;
/** Seconds that an idle worker waits before it asks again. */
const ASK_SECONDS = 2;
const CACHE_BYTES = 256e6;

export interface WorkOptions {
  /** Shown to people. */
  readonly name: string;
  /** Unique among the workers of the server. */
  readonly id: string;
  readonly backend: string;
  /** Images that this worker has itself. */
  readonly dataset?: Dataset | undefined;
  /** Seconds without a sign of life after which its job goes to another worker. */
  readonly patience?: number | undefined;
  /** Hears of each job: begun, done, refused, given back. */
  readonly tell?: (sentence: string) => void;
}

export interface Working {
  /** What it does, in a few words. */
  readonly doing: string;
  readonly done: number;
  readonly refused: number;
  /** Mean seconds per job; 0 before the first. */
  readonly seconds: number;
  /** Resolves with the reason if it can do no job of this queue, and so takes no more. */
  readonly ended: Promise<string>;
  /** Gives the job in work back, and disconnects. */
  close(): Promise<void>;
}

/** Thrown inside a job that is given back. */
class GivenBack extends Error {}

/** The worker has to have the images itself, and has not. */
class ImagesMissing extends Error {}

/** Lets timers and messages in. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Fetches what jobs name, and keeps it. */
class Benches {
  private readonly kept = new Map<string, { readonly bench: Bench; readonly calibrated: Calibrated }>();

  constructor(
    private readonly redis: Redis,
    private readonly own: Dataset | undefined,
  ) {}

  /** @throws JobError, BlobError, ImagesMissing, or a reader's error for content that is not what the job says. */
  async of(job: JobData) {
    const { fingerprint, weights, images, dataset } = job;
    const isOwn = this.own?.fingerprint === dataset.fingerprint;
    if (!isOwn && images === undefined)
      throw new ImagesMissing(
        `jobs need the images of ${dataset.label} (${dataset.fingerprint}), which are too many to be sent`,
      );
    const key = [fingerprint, weights.sha256, isOwn ? 'own' : images?.sha256].join('/');
    const found = this.kept.get(key) ?? (await this.open(job, isOwn ? this.own : undefined));
    // The last one used is the last one of the map.
    this.kept.delete(key);
    this.kept.set(key, found);
    for (const [oldest, { bench }] of this.kept) {
      if (this.kept.size <= MOST_KEPT) break;
      bench.dispose();
      this.kept.delete(oldest);
    }
    return found;
  }

  dispose(): void {
    for (const { bench } of this.kept.values()) bench.dispose();
    this.kept.clear();
  }

  private async open({ weights, images, fingerprint }: JobData, own: Dataset | undefined) {
    const { network, normalization, known } = readNetwork(await getBlob(this.redis, weights));
    const sent = own ?? readImages(await getBlob(this.redis, images as NonNullable<typeof images>));
    const [height, width] = (network.nodes[0] as InputNode).shape;
    const dataset = own ? fitDataset(own, { height, width, normalization }) : sent;
    if (networkFingerprint(network, dataset, known) !== fingerprint)
      throw new JobError('its fingerprint is not that of the weights and images that it names');
    const calibrated = new Calibrated(network, dataset, known);
    return { bench: new Bench({ dataset, calibrated }, CACHE_BYTES), calibrated };
  }
}

/**
 * Works on the queue at an address until closed.
 * @throws UsageError if it cannot be reached, or a package is missing.
 */
export async function work(address: string, options: WorkOptions): Promise<Working> {
  const { Worker, UnrecoverableError, WaitingError } = await queuePackages();
  const { name, id, backend, dataset, patience = PATIENCE_SECONDS, tell = () => {} } = options;
  const redis = await connect(address);
  const benches = new Benches(redis, dataset);
  const state = { doing: 'waits', done: 0, refused: 0, total: 0 };
  const seconds = () => (state.done === 0 ? 0 : state.total / state.done);
  let end: (reason: string) => void = () => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const stop = new AbortController();

  async function measure(job: Job, lost: AbortSignal): Promise<JobResult> {
    const data = await checkJob(job, backend);
    const { bench, calibrated } = await benches.of(data);
    const turn = async () => {
      await breathe();
      if (lost.aborted || stop.signal.aborted) throw new GivenBack();
    };
    const began = performance.now();
    const score = await bench.measure(taskOf(data, calibrated.network), turn);
    return { ...score, worker: name, seconds: (performance.now() - began) / 1000 };
  }

  const process = async (job: Job, token?: string, lost: AbortSignal = stop.signal): Promise<JobResult> => {
    const short = (job.id ?? '').slice(0, 10);
    const giveBack = async (why: string): Promise<never> => {
      // Fails if another worker has it by now.
      await job.moveToWait(token).catch(() => {});
      tell(`gives ${short} back: ${why}`);
      throw new WaitingError();
    };
    state.doing = `measures ${short}`;
    tell(`begins ${short}`);
    presence.now();
    try {
      return await measure(job, lost);
    } catch (error) {
      if (error instanceof GivenBack)
        return await giveBack(stop.signal.aborted ? 'it stops' : 'it was given to another worker');
      const { message } = error as Error;
      if (error instanceof ImagesMissing) {
        end(message);
        stop.abort();
        return await giveBack(message);
      }
      const why = error instanceof JobError || error instanceof BlobError ? `refused, ${message}` : message;
      state.refused++;
      tell(`does not do ${short}: ${why}`);
      throw new UnrecoverableError(`worker ${name}: ${why}`);
    } finally {
      state.doing = 'waits';
    }
  };

  const presence = sayPresence(redis, () => ({
    id,
    name,
    backend,
    places: 1,
    doing: state.doing,
    done: state.done,
    seconds: seconds(),
  }));
  const worker = new Worker(queueName(backend), process, {
    connection: redis,
    name,
    lockDuration: 1000 * patience,
    drainDelay: ASK_SECONDS,
    ...STALLED,
  });
  worker.on('completed', ({ id: did = '' }, { seconds: took }) => {
    state.done++;
    state.total += took;
    tell(`did ${did.slice(0, 10)} in ${took.toFixed(2)} s`);
  });
  worker.on('error', ({ message }) => {
    if (/Missing lock/.test(message)) tell('answered too late: another worker has the job');
  });
  // The job went to another worker, since this one could not say in time that it lives.
  worker.on('lockRenewalFailed', (ids) => {
    for (const lostId of ids) worker.cancelJob(lostId);
  });
  let closing: Promise<void> | undefined;
  return {
    get doing() {
      return state.doing;
    },
    get done() {
      return state.done;
    },
    get refused() {
      return state.refused;
    },
    get seconds() {
      return seconds();
    },
    ended,
    close: () => {
      closing ??= (async () => {
        const closed = worker.close();
        stop.abort();
        await withinSeconds(closed, CLOSE_SECONDS);
        await withinSeconds(worker.disconnect(), CLOSE_SECONDS);
        presence.stop();
        benches.dispose();
        redis.disconnect();
      })();
      return closing;
    },
  };
}
