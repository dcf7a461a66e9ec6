// A search over three workers, of which one is killed in mid-job and one stopped: nothing is lost or counted twice, and the
// front is that of one process.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Job, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/freePort';
import { makeCertificate } from '../node/certificate';
import { queueName } from '../node/queue/job';
import { redisProgram, startRedis } from '../node/queue/redis.testing';
import { folder, headless } from './headless.testing';
import { startWorker, type WorkerProcess } from './queue.testing';

const PASSWORD = 'n0t-printed';
const SEARCH =
  'search --method random --network tiny --dataset emoji10 --backend wasm --limit 8x --seed 5 --images 256 --budget 16 --fine-tune 16 --batch-size 32';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Stops a worker in the middle of a job, and resolves with the job. @throws an Error if the search ends before. */
async function stopInJob(
  queue: Queue,
  { name, child }: WorkerProcess,
  search: { readonly over: boolean },
): Promise<Job> {
  const ofWorker = async () => (await queue.getActive()).find(({ processedBy }) => processedBy === name);
  while (!search.over) {
    const job = await ofWorker();
    if (job !== undefined) {
      child.kill('SIGSTOP');
      // It may have answered between the look and the signal.
      await wait(100);
      if ((await ofWorker())?.id === job.id) return job;
      child.kill('SIGCONT');
    }
    await wait(10);
  }
  throw new Error(`The search ended before ${name} was in a job.`);
}

/** What of a result has to be the same with any workers. */
function outcome(path: string) {
  const [{ points, result, front }] = JSON.parse(readFileSync(path, 'utf8')).runs;
  const work = ({ seconds: _, training: __, ...counted }: { seconds: number; training?: number }) => counted;
  return {
    points: points.map(({ spent, ...point }: { spent: never }) => ({ ...point, spent: work(spent) })),
    result: { ...result, spent: work(result.spent) },
    front: front.map(({ policy }: { policy: object }) => policy),
  };
}

describe.skipIf(redisProgram === undefined)('search --queue', () => {
  it('ends as one process does, with one worker killed in mid-job and one stopped', async () => {
    const place = folder();
    const [one, many] = [join(place, 'one.json'), join(place, 'many.json')];
    const { cert, key } = await makeCertificate(['localhost', '127.0.0.1']);
    const [certificate, secret] = [join(place, 'cert.pem'), join(place, 'key.pem')];
    writeFileSync(certificate, cert);
    writeFileSync(secret, key);
    const port = await freePort();
    const files = ['--tls-cert-file', certificate, '--tls-key-file', secret, '--tls-auth-clients', 'no'];
    const redis = await startRedis('--requirepass', PASSWORD, '--tls-port', String(port), ...files);
    const client = new Redis(redis.port, '127.0.0.1', { password: PASSWORD, maxRetriesPerRequest: null });
    const queue = new Queue(queueName('wasm'), { connection: client });
    // Longer than a batch takes on a busy machine: else its job would be taken from the whole one too.
    const start = (name: string) =>
      startWorker(`rediss://:${PASSWORD}@127.0.0.1:${port}`, name, ['--patience', '20'], {
        NODE_EXTRA_CA_CERTS: certificate,
      });
    const workers = await Promise.all(['killed', 'stopped', 'whole'].map(start));
    const [killed, stopped, whole] = workers;
    try {
      const address = `redis://:${PASSWORD}@127.0.0.1:${redis.port}`;
      const search = { over: false };
      const searching = headless(SEARCH, '--queue', address, '--json', many).finally(() => {
        search.over = true;
      });
      const [lost, late] = await Promise.all([killed, stopped].map((worker) => stopInJob(queue, worker, search)));
      killed.child.kill('SIGKILL');
      const { code, stdout, stderr } = await searching;
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(await headless(SEARCH, '--json', one)).toMatchObject({ code: 0 });
      expect(outcome(many)).toEqual(outcome(one));
      expect(outcome(many).result.spent.evaluations).toBe(16);
      expect(stderr).toMatch(/3 workers: killed .*, stopped .*, whole /);
      expect(stderr).toMatch(/The queue answered \d+ configs/);

      // The only worker left has begun both jobs anew.
      for (const { id = '' } of [lost, late]) {
        let job = await queue.getJob(id);
        for (; job?.finishedOn === undefined; job = await queue.getJob(id)) await wait(50);
        expect(job.processedBy).toBe('whole');
      }
      const counted = await queue.getJobCounts('completed', 'failed', 'waiting', 'active');
      expect(counted).toMatchObject({ failed: 0, waiting: 0, active: 0 });
      expect(counted.completed).toBeLessThanOrEqual(16);

      // The late answer is not taken.
      const answer = await queue.getJob(late.id as string);
      stopped.child.kill('SIGCONT');
      await stopped.until(/given to another worker|answered too late/);
      expect((await queue.getJob(late.id as string))?.finishedOn).toBe(answer?.finishedOn);
      expect(await queue.getJobCounts('completed', 'failed', 'waiting', 'active')).toEqual(counted);
      expect(await stopped.stop()).toBe(0);
      expect(await whole.stop()).toBe(0);
      for (const text of [stdout, stderr, ...workers.map(({ printed }) => printed())])
        expect(text).not.toContain(PASSWORD);
    } finally {
      for (const { child } of workers) child.kill('SIGKILL');
      await queue.close();
      client.disconnect();
      await redis.stop();
    }
  }, 900_000);
});
