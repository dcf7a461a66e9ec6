// A job: one task on one network and its images, as JSON. Its id is a hash of all that its score depends on, so that the
// same job asked for twice is done once, and later answers at once.
import { version } from '../../../package.json';
import { sha256 } from '../../data/sha256';
import { hasFields, isAbsentOr, isNumber, isOneOf, isRecord, isText, isWhole } from '../../formats/shape';
import type { Network } from '../../graph/network';
import { type BitPolicy, checkPolicy } from '../../graph/policy';
import { type Proportion, wilson } from '../../math/statistics';
import { parseScheme } from '../../quant/parseScheme';
import { schemeName } from '../../quant/registry';
import type { Task } from '../../search/crew';
import type { Score } from '../../search/method';
import { type Blob, MOST_BLOB_BYTES } from './blobs';

/** The name of all jobs. */
export const JOB_NAME = 'measure';

/** Largest job in bytes, without the weights and images that it names. */
export const MOST_JOB_BYTES = 2 ** 20;

/** A task with its scheme by name. */
type SentTask = Omit<Task, 'scheme'> & { readonly scheme: string };

export interface JobData {
  /** Version of the program, which has to be the worker's. */
  readonly program: string;
  /** Backend that computes, which has to be the worker's. */
  readonly backend: string;
  /** Fingerprint of network, preprocessing and images (core/fingerprint.ts). */
  readonly fingerprint: string;
  readonly weights: Blob;
  /** The images sent; absent where workers have to have the data set themselves. */
  readonly images?: Blob;
  /** Name and fingerprint of the data set. */
  readonly dataset: { readonly label: string; readonly fingerprint: string };
  readonly task: SentTask;
}

/** What is returned of a job. */
export interface JobResult extends Score {
  /** Name of the worker. */
  readonly worker: string;
  /** Seconds of measuring, without waiting and fetching. */
  readonly seconds: number;
}

/** A job or a result that is not one: refused. */
export class JobError extends Error {
  override readonly name = 'JobError';
}

/** The queue of a version and a backend: only workers that compute the same numbers take its jobs. */
export const queueName = (backend: string, program = version): string => `fewbits-${program}-${backend}`;

/** The job of a task. */
export function jobOf(task: Task, rest: Omit<JobData, 'task' | 'program'>): JobData {
  const { policy, scheme, steps, images, batchSize, learningRate, learnFrom, seed } = task;
  const sent = { policy, scheme: schemeName(scheme), steps, images, batchSize, learningRate, seed };
  return { program: version, ...rest, task: { ...sent, ...(learnFrom && { learnFrom }) } };
}

/** The id: equal for equal tasks on equal networks and images, wherever these come from. */
export async function jobId({ program, backend, fingerprint, weights, task }: JobData): Promise<string> {
  const { policy, ...rest } = task;
  const bits = Object.keys(policy)
    .sort()
    .map((layer) => [layer, policy[layer].weights, policy[layer].activations]);
  const settings = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([program, backend, fingerprint, weights.sha256, bits, settings]);
  return `m-${await sha256(new TextEncoder().encode(text))}`;
}

const isBlob = hasFields<Blob>({
  sha256: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  bytes: isWhole(1),
});

const isTask = hasFields<SentTask>({
  policy: isRecord((bits) => hasFields({ weights: isWhole(0, 32), activations: isWhole(0, 32) })(bits)),
  scheme: isText,
  steps: isWhole(0, 1e6),
  images: isWhole(1, 1e7),
  batchSize: isWhole(1, 1e5),
  learningRate: isNumber(0, 1e6),
  learnFrom: isAbsentOr(isOneOf('labels', 'float')),
  seed: isWhole(0, 2 ** 32),
});

const isJob = hasFields<JobData>({
  program: isText,
  backend: isText,
  fingerprint: isText,
  weights: isBlob,
  images: isAbsentOr(isBlob),
  dataset: hasFields<JobData['dataset']>({ label: isText, fingerprint: isText }),
  task: isTask,
});

/**
 * What came from the queue, as a job for a worker with this backend.
 * @throws JobError saying why it is refused.
 */
export async function checkJob(
  { name, id, data }: { name: string; id?: string | undefined; data: unknown },
  backend: string,
): Promise<JobData> {
  if (name !== JOB_NAME) throw new JobError(`it is called "${name.slice(0, 40)}" and not "${JOB_NAME}"`);
  if (Buffer.byteLength(JSON.stringify(data) ?? '') > MOST_JOB_BYTES)
    throw new JobError(`it has more than ${MOST_JOB_BYTES} bytes`);
  if (!isJob(data)) throw new JobError('it has not the form of a job');
  const job = data as JobData;
  if (job.program !== version)
    throw new JobError(`it is of fewbits ${job.program.slice(0, 40)}, and this is ${version}`);
  if (job.backend !== backend)
    throw new JobError(`it asks for the backend ${job.backend.slice(0, 40)}, and this is ${backend}`);
  const large = [job.weights, job.images].find((blob) => (blob?.bytes ?? 0) > MOST_BLOB_BYTES);
  if (large) throw new JobError(`it names ${large.bytes} bytes, more than the ${MOST_BLOB_BYTES} that a queue carries`);
  if ((await jobId(job)) !== id) throw new JobError('its id is not the hash of what it asks for');
  return job;
}

/** The task of a job for a network. @throws an error for a policy or a scheme that does not fit. */
export function taskOf({ task }: JobData, network: Network): Task {
  const policy: BitPolicy = checkPolicy(network, task.policy);
  return { ...task, policy, scheme: parseScheme(task.scheme) };
}

/** A result that came from the queue, for a task measured on `n` images. @throws JobError for anything else. */
export function checkResult(value: unknown, n: number): JobResult {
  const { accuracy, loss, worker, seconds } = (value ?? {}) as Partial<JobResult>;
  const correct = Math.round(((accuracy as Proportion | undefined)?.value ?? Number.NaN) * n);
  if (!isWhole(0, n)(correct) || !isNumber(0)(loss) || !isText(worker) || !isNumber(0)(seconds))
    throw new JobError('it has not the form of a result');
  const exact = wilson(correct, n);
  if (exact.value !== accuracy?.value || accuracy.n !== n) throw new JobError(`its accuracy is not one of ${n} images`);
  return { accuracy: exact, loss: loss as number, worker: worker as string, seconds: seconds as number };
}
