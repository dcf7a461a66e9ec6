// Jobs through a real server, done by workers in this process: the same scores as the engine's, and what is refused.
import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BitPolicy } from '../../graph/policy';
import { type BitWidth, uniformPolicy } from '../../graph/policy';
import { wilson } from '../../math/statistics';
import { type QuantScheme, withCalibration } from '../../quant/registry';
import { Bench } from '../../search/bench';
import type { Task } from '../../search/crew';
import { imagesOfTask, writeImages } from '../../search/taskImages';
import { openAll } from '../open';
import { blobOf, putBlob } from './blobs';
import { openQueueCrew, type QueueCrew } from './crew';
import { checkResult, JOB_NAME, type JobData, JobError, jobId, jobOf, queueName } from './job';
import { redisProgram, startRedis, type TestRedis } from './redis.testing';
import { writeNetwork } from './sentNetwork';
import { type Working, work } from './work';

const SCHEME: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };

describe.skipIf(redisProgram === undefined)('a queue', () => {
  let redis: TestRedis;
  let model: Awaited<ReturnType<typeof openAll>>['session']['model'];
  let crew: QueueCrew;
  let worker: Working;
  let client: Redis;
  let queue: Queue;
  let events: QueueEvents;
  const told: string[] = [];
  const options = { name: 'a', backend: 'wasm', tell: (text: string) => told.push(text) };
  const never = new AbortController().signal;

  beforeAll(async () => {
    redis = await startRedis();
    ({ model } = (await openAll({ network: 'tiny', dataset: 'emoji10', backend: 'wasm' })).session);
    worker = await work(redis.url, { ...options, id: 'a' });
    client = new Redis(redis.url, { maxRetriesPerRequest: null });
    queue = new Queue(queueName('wasm'), { connection: client });
    events = new QueueEvents(queueName('wasm'), { connection: client });
    crew = await openQueueCrew(redis.url, model, 'wasm');
  });
  afterAll(async () => {
    await crew?.close();
    await worker?.close();
    await Promise.all([events?.close(), queue?.close()]);
    client?.disconnect();
    await redis?.stop();
  });

  const taskOf = (bits: BitWidth, more: Partial<Task> = {}): Task => ({
    policy: uniformPolicy(model.network, bits, 8),
    scheme: SCHEME,
    ...{ steps: 0, images: 100, batchSize: 16, learningRate: 0.02, seed: 3 },
    ...more,
  });

  it('gives the scores of the engine, for every kind of task', async () => {
    const bench = new Bench({ dataset: model.dataset, calibrated: model.calibrated }, 0);
    const schemes = [
      SCHEME,
      withCalibration(SCHEME, { correction: 'bias', images: 40 }),
      withCalibration(SCHEME, { batchNorm: 'fold', range: 'mse', rounding: 'gptq', images: 64 }),
    ];
    const tasks = [
      ...schemes.map((scheme) => taskOf(3, { scheme })),
      taskOf(2, { steps: 5 }),
      taskOf(2, { steps: 5, learnFrom: 'float', seed: 4 }),
    ];
    // The job that it does, and the next.
    expect(crew.places).toBe(2);
    const scores = await Promise.all(tasks.map((task) => crew.measure(task, never)));
    for (const [i, task] of tasks.entries()) expect(scores[i]).toEqual(await bench.measure(task, async () => {}));
    expect(new Set(scores.map(({ loss }) => loss)).size).toBe(5);
    bench.dispose();
    // One network, and the images of three kinds of tasks at the most.
    expect(told.filter((line) => line.startsWith('did'))).toHaveLength(5);
  });

  it('answers a job at once that was done before, for another search too', async () => {
    const task = taskOf(5);
    const first = await crew.measure(task, never);
    const { sent } = crew.totals;
    const other = await openQueueCrew(redis.url, model, 'wasm');
    const before = told.length;
    expect(await other.measure(task, never)).toEqual(first);
    expect(other.totals).toMatchObject({ answered: 1, earlier: 1, sent: 0, jobs: 0 });
    expect(crew.totals.sent).toBe(sent);
    expect(told).toHaveLength(before);
    await other.close();
  });

  /** Puts a job into the queue by hand; resolves with the reason why it is refused, or nothing. */
  async function refusal(name: string, data: unknown, id?: string): Promise<string> {
    const job = await queue.add(name, data, { jobId: id ?? (await jobId(data as JobData)) });
    return job.waitUntilFinished(events).then(
      () => '',
      ({ message }) => message,
    );
  }

  it('refuses what is no job of its own, and says why', async () => {
    const weights = writeNetwork({ network: model.network, normalization: model.dataset.normalization });
    const images = writeImages(model.dataset, imagesOfTask(taskOf(4, { images: 2 }), model.network, model.dataset));
    const [ofWeights, ofImages] = [await blobOf(weights), await blobOf(images)];
    await putBlob(client, ofWeights, weights);
    await putBlob(client, ofImages, images);
    const { label, fingerprint: ofData } = model.dataset;
    const rest = { backend: 'wasm', fingerprint: model.fingerprint, weights: ofWeights, images: ofImages };
    const good = jobOf(taskOf(4, { images: 2 }), { ...rest, dataset: { label, fingerprint: ofData } });
    expect(await refusal(JOB_NAME, good)).toBe('');

    const broken = { ...ofImages, sha256: `0${ofImages.sha256.slice(1)}` };
    await client.set(`fewbits:blob:${broken.sha256}:0`, Buffer.from(images));
    const foreign = { ...good.task.policy, conv9: { weights: 4, activations: 8 } } as BitPolicy;
    const cases: readonly (readonly [RegExp, string, unknown, string?])[] = [
      [/it is called "mail" and not "measure"/, 'mail', { to: 'all' }, 'm-mail'],
      [/not the form of a job/, JOB_NAME, { task: 'rm -rf /' }, 'm-form'],
      [/id is not the hash/, JOB_NAME, good, 'm-other'],
      [/of fewbits 9.9.9, and this is/, JOB_NAME, { ...good, program: '9.9.9' }],
      [/asks for the backend webgpu/, JOB_NAME, { ...good, backend: 'webgpu' }],
      [/more than 1048576 bytes/, JOB_NAME, { ...good, padding: 'x'.repeat(2 ** 20) }],
      [/names 1e\+300 bytes|form of a job/, JOB_NAME, { ...good, weights: { ...ofWeights, bytes: 1e300 } }],
      [/names 400000000 bytes, more than/, JOB_NAME, { ...good, weights: { ...ofWeights, bytes: 4e8 } }],
      [/no longer in Redis/, JOB_NAME, { ...good, weights: { ...ofWeights, sha256: 'a'.repeat(64) } }],
      [/has another hash/, JOB_NAME, { ...good, images: broken, fingerprint: 'f' }],
      [/fingerprint is not that of the weights/, JOB_NAME, { ...good, fingerprint: 'another' }],
      [/names a layer "conv9"/, JOB_NAME, { ...good, task: { ...good.task, policy: foreign } }],
      [/does not name a quantizer/, JOB_NAME, { ...good, task: { ...good.task, scheme: 'none/channel' } }],
      [/image 2 of the validation split was not sent/, JOB_NAME, { ...good, task: { ...good.task, images: 3 } }],
    ];
    for (const [i, [why, name, data, id]] of cases.entries()) {
      const { task } = data as JobData;
      // Another seed each, so that none is the job of another case.
      const own = id === undefined ? { ...(data as JobData), task: { ...task, seed: i } } : data;
      expect(await refusal(name, own, id)).toMatch(why);
    }
    expect(worker.refused).toBe(cases.length);
    // It goes on.
    expect(await crew.measure(taskOf(6), never)).toMatchObject({ accuracy: { n: 100 } });
  });

  it('takes no answer that is none', async () => {
    const done = { accuracy: wilson(50, 100), loss: 1, worker: 'a', seconds: 1 };
    expect(checkResult(done, 100)).toEqual(done);
    for (const wrong of [
      null,
      { ...done, loss: Number.NaN },
      { ...done, accuracy: wilson(50, 99) },
      { ...done, accuracy: { ...done.accuracy, value: 0.505 } },
      { ...done, accuracy: wilson(50, 100), worker: 7 },
    ])
      expect(() => checkResult(wrong, 100)).toThrow(JobError);
  });

  it('takes a job back that nobody has begun', async () => {
    await worker.close();
    const stop = new AbortController();
    const asked = crew.measure(taskOf(7), stop.signal);
    while ((await queue.getWaitingCount()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort(new Error('no longer wanted'));
    await expect(asked).rejects.toThrow('no longer wanted');
    while ((await queue.getWaitingCount()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('gives the job in work back when it stops', async () => {
    const stopping = await work(redis.url, { ...options, id: 'd' });
    const stop = new AbortController();
    const asked = crew.measure(taskOf(4, { steps: 60 }), stop.signal);
    while (stopping.doing === 'waits') await new Promise((resolve) => setTimeout(resolve, 20));
    await stopping.close();
    expect(await queue.getJobCounts('waiting', 'active', 'failed')).toMatchObject({ waiting: 1, active: 0 });
    stop.abort(new Error('no longer wanted'));
    await expect(asked).rejects.toThrow('no longer wanted');
  });

  it('has a worker with the images measure what is too much to be sent', async () => {
    const lacking = await work(redis.url, { ...options, id: 'b' });
    const { label, fingerprint: ofData } = model.dataset;
    const weights = writeNetwork({ network: model.network, normalization: model.dataset.normalization });
    const blob = await blobOf(weights);
    await putBlob(client, blob, weights);
    const rest = { backend: 'wasm', fingerprint: model.fingerprint, weights: blob };
    const data = jobOf(taskOf(8), { ...rest, dataset: { label, fingerprint: ofData } });
    const job = await queue.add(JOB_NAME, data, { jobId: await jobId(data) });
    expect(await lacking.ended).toMatch(/need the images of Emoji-10 .* too many to be sent/);
    await lacking.close();
    expect(await job.getState()).toBe('waiting');
    const having = await work(redis.url, { ...options, id: 'c', dataset: model.dataset });
    expect(await job.waitUntilFinished(events)).toMatchObject({ accuracy: { n: 100 } });
    await having.close();
  });
});
