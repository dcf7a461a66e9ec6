// The workers of a queue as the crew of a search: a task becomes a job, whose result is awaited. Who measures is left to
// BullMQ: a job whose worker dies, or says nothing for too long, goes to another one, and a late answer is not taken.

import type { Dataset } from '../../data/dataset';
import type { Network } from '../../graph/network';
import { fingerprint } from '../../math/fingerprint';
import type { Crew, Task } from '../../search/crew';
import type { Score } from '../../search/method';
import { imageBytes, imagesOfTask, writeImages } from '../../search/taskImages';
import type { Calibrated } from '../../train/calibrated';
import { type Blob, blobOf, MOST_BLOB_BYTES, putBlob } from './blobs';
import { checkResult, JOB_NAME, type JobData, jobId, jobOf, queueName } from './job';
import { hearPresence, type WorkerNews } from './presence';
import { CLOSE_SECONDS, connect, queuePackages, withinSeconds } from './redis';
import { writeNetwork } from './sentNetwork';
import { STALLED } from './stalled';

/** Seconds that results are kept, for a search that is resumed or repeated. */
const RESULTS_SECONDS = 24 * 3600;
const MOST_RESULTS = 20_000;
/** Milliseconds between looks at jobs whose news may have been missed. */
const LOOK_MS = 5000;
const RENEW_MS = 600_000;
const EVENTS_KEPT = 2000;

/** What a search measures: the network and the images in use. */
export interface SearchedModel {
  readonly network: Network;
  readonly dataset: Dataset;
  readonly calibrated: Calibrated;
  readonly fingerprint: string;
}

/** Work of a crew so far. */
export interface CrewTotals {
  /** Jobs answered, and how many of them were done before they were asked for. */
  readonly answered: number;
  readonly earlier: number;
  /** Bytes of weights and images sent. */
  readonly sent: number;
  /** Bytes of the jobs themselves. */
  readonly jobs: number;
}

/** A crew behind a queue. */
export interface QueueCrew extends Crew {
  /** Workers that take its jobs, and those of another version or backend. */
  workers(): { readonly ours: readonly WorkerNews[]; readonly others: readonly WorkerNews[] };
  readonly totals: CrewTotals;
  /** Takes back the jobs that nobody has begun, and disconnects. */
  close(): Promise<void>;
}

/**
 * Opens the queue at an address, for a search on a model with a backend. `tell` hears of each kind of refusal once.
 * @throws UsageError if it cannot be reached, or a package is missing.
 */
export async function openQueueCrew(
  address: string,
  { network, dataset, calibrated, fingerprint: named }: SearchedModel,
  backend: string,
  tell: (sentence: string) => void = () => {},
): Promise<QueueCrew> {
  const { Queue, QueueEvents, Worker, Job } = await queuePackages();
  const redis = await connect(address);
  const name = queueName(backend);
  // What BullMQ meets while the server is away, which it waits out.
  const quiet = () => {};
  const queue = new Queue(name, { connection: redis, streams: { events: { maxLen: EVENTS_KEPT } } });
  queue.on('error', quiet);
  const events = new QueueEvents(name, { connection: redis });
  events.on('error', quiet);
  // Takes no jobs: it finds those of dead workers, even if no other worker is left.
  const watch = new Worker(name, undefined, { connection: redis, autorun: false, ...STALLED });
  watch.on('error', quiet);
  const presence = await hearPresence(redis);
  await events.waitUntilReady();
  await watch.startStalledCheckTimer();

  const totals = { answered: 0, earlier: 0, sent: 0, jobs: 0 };
  const told = new Set<string>();
  const tellOnce = (sentence: string) => {
    if (told.has(sentence)) return;
    told.add(sentence);
    tell(sentence);
  };

  /** What was sent, by what it is. */
  const sent = new Map<string, Promise<{ readonly blob: Blob; readonly content: Uint8Array }>>();
  const send = async (key: string, make: () => Uint8Array<ArrayBuffer>): Promise<Blob> => {
    const known = sent.get(key);
    if (known !== undefined) return (await known).blob;
    const sending = (async () => {
      const content = make();
      const blob = await blobOf(content);
      totals.sent += await putBlob(redis, blob, content);
      return { blob, content };
    })();
    sent.set(key, sending);
    sending.catch(() => sent.delete(key));
    return (await sending).blob;
  };
  const renew = setInterval(() => {
    for (const sending of sent.values())
      sending.then(({ blob, content }) => putBlob(redis, blob, content)).catch(quiet);
  }, RENEW_MS);

  const imagesFor = async (task: Task): Promise<Blob | undefined> => {
    const needed = imagesOfTask(task, calibrated.base(task.scheme), dataset);
    if (imageBytes(needed, dataset) > MOST_BLOB_BYTES - 2 ** 20) {
      tellOnce(
        `The images are too many for a queue: only workers with --data, which have ${dataset.label}, take the jobs.`,
      );
      return undefined;
    }
    return send(`images ${fingerprint([needed.train, needed.validation])}`, () => writeImages(dataset, needed));
  };

  /** Looks after jobs, by id. */
  const waiting = new Map<string, () => void>();
  const look = ({ jobId: id }: { jobId: string }) => waiting.get(id)?.();
  events.on('completed', look);
  events.on('failed', look);
  const lookAtAll = setInterval(() => {
    for (const lookAt of waiting.values()) lookAt();
  }, LOOK_MS);

  const add = (id: string, data: JobData) =>
    queue.add(JOB_NAME, data, {
      jobId: id,
      removeOnComplete: { age: RESULTS_SECONDS, count: MOST_RESULTS },
      removeOnFail: { age: RESULTS_SECONDS },
      stackTraceLimit: 0,
    });

  /** The value of a finished job; undefined while it is not. Adds a job that the server has lost. */
  async function answerOf(id: string, data: JobData): Promise<{ readonly value: unknown } | undefined> {
    const job = await Job.fromId(queue, id);
    if (job === undefined) {
      await add(id, data);
      return undefined;
    }
    if (job.finishedOn === undefined) return undefined;
    if (job.failedReason) throw new Error(job.failedReason);
    return { value: job.returnvalue };
  }

  function finished(id: string, data: JobData, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const end = () => {
        waiting.delete(id);
        signal.removeEventListener('abort', abort);
      };
      const abort = () => {
        end();
        // A job that a worker has begun stays, and its result is kept.
        queue.remove(id).catch(quiet);
        reject(signal.reason);
      };
      const lookAt = () => {
        answerOf(id, data).then(
          (found) => {
            if (found === undefined || !waiting.has(id)) return;
            end();
            resolve(found.value);
          },
          (error) => {
            if (!waiting.has(id)) return;
            end();
            reject(error);
          },
        );
      };
      waiting.set(id, lookAt);
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      else lookAt();
    });
  }

  async function ask(task: Task, signal: AbortSignal): Promise<unknown> {
    const normalized = { network, normalization: dataset.normalization, known: calibrated.known };
    const weights = await send('weights', () => writeNetwork(normalized));
    const images = await imagesFor(task);
    const { label, fingerprint: ofImages } = dataset;
    const content = { fingerprint: named, weights, ...(images && { images }) };
    const data = jobOf(task, { backend, ...content, dataset: { label, fingerprint: ofImages } });
    const id = await jobId(data);
    signal.throwIfAborted();
    const before = await Job.fromId(queue, id);
    if (before?.failedReason) await before.remove().catch(quiet);
    if (before?.finishedOn !== undefined && !before.failedReason) totals.earlier++;
    else {
      totals.jobs += JSON.stringify(data).length;
      await add(id, data);
    }
    return finished(id, data, signal);
  }

  async function measure(task: Task, signal: AbortSignal): Promise<Score> {
    try {
      const n = Math.min(task.images, dataset.validation.length);
      const { accuracy, loss } = checkResult(await ask(task, signal), n);
      totals.answered++;
      return { accuracy, loss };
    } catch (error) {
      if (!signal.aborted) tellOnce(`The queue did not measure a config: ${(error as Error).message}`);
      throw error;
    }
  }

  return {
    get places() {
      // One job more than each worker does: while a search computes a batch of its own, workers need not wait for it.
      return presence.workers(backend).ours.reduce((sum, { places }) => sum + 2 * places, 0);
    },
    measure,
    workers: () => presence.workers(backend),
    totals,
    close: async () => {
      clearInterval(renew);
      clearInterval(lookAtAll);
      const left = async () => {
        await Promise.all([...waiting.keys()].map((id) => queue.remove(id).catch(quiet)));
        await Promise.all([presence.close(), events.close(), watch.close(true), queue.close()]);
      };
      await withinSeconds(left(), CLOSE_SECONDS);
      redis.disconnect();
    },
  };
}
