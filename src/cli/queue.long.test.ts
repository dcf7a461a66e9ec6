// What a queue costs per config, in time and bytes, and what workers gain: printed, for docs/many-machines.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { BIT_WIDTHS } from '../graph/policy';
import { createRng } from '../math/rng';
import { openAll } from '../node/open';
import { openQueueCrew } from '../node/queue/crew';
import { redisProgram, startRedis } from '../node/queue/redis.testing';
import type { Task } from '../search/crew';
import { folder, headless } from './headless.testing';
import { startCommand, startWorker } from './queue.testing';

const JOBS = 200;
const SEARCH =
  'search --method random --network resnet20 --dataset emoji10 --backend wasm --limit 8x --seed 5 --images 512 --budget 24';

const never = new AbortController().signal;

/** Bytes that a server has received and sent. */
async function traffic(client: Redis): Promise<number> {
  const stats = await client.info('stats');
  const bytes = (name: string) => Number(new RegExp(`total_net_${name}_bytes:(\\d+)`).exec(stats)?.[1]);
  return bytes('input') + bytes('output');
}

describe.skipIf(redisProgram === undefined)('a queue', () => {
  it('costs little time and few bytes per config', async () => {
    const redis = await startRedis();
    const client = new Redis(redis.url, { maxRetriesPerRequest: null });
    const worker = await startWorker(redis.url, 'a');
    const { model } = (await openAll({ network: 'resnet20', dataset: 'emoji10', backend: 'wasm' })).session;
    const crew = await openQueueCrew(redis.url, model, 'wasm');
    const rng = createRng(1);
    const widths = BIT_WIDTHS.filter((bits) => bits > 1 && bits < 32);
    const layers = model.network.nodes.filter(({ op }) => op === 'conv2d' || op === 'dense');
    const task = (): Task => ({
      policy: Object.fromEntries(
        layers.map(({ id }) => [id, { weights: widths[rng.integer(widths.length)], activations: 32 }]),
      ),
      scheme: { quantizer: 'symmetric', granularity: 'channel' },
      ...{ steps: 0, images: 1, batchSize: 1, learningRate: 0, seed: 1 },
    });
    await crew.measure(task(), never);
    const [before, jobs, fetched] = [await traffic(client), crew.totals.jobs, crew.totals.sent];
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    for (let i = 0; i < JOBS; i++) await crew.measure(task(), never);
    const ms = (performance.now() - began) / JOBS;
    const { user, system } = process.cpuUsage(cpu);
    const bytes = ((await traffic(client)) - before) / JOBS;
    const results = await client.keys('bull:*:m-*');
    const seconds = await Promise.all(
      results.map(async (key) => JSON.parse((await client.hget(key, 'returnvalue')) ?? '').seconds),
    );
    const sorted = seconds.sort((a, b) => a - b);
    console.log(
      `${JOBS} configs of ResNet-20 on 1 image, one at a time: ${ms.toFixed(1)} ms each, of them ${(1000 * sorted[JOBS >> 1]).toFixed(1)} ms measuring (median), ${((user + system) / 1000 / JOBS).toFixed(1)} ms of processor time of the search; ${((crew.totals.jobs - jobs) / JOBS).toFixed(0)} bytes per job, ${bytes.toFixed(0)} bytes of traffic per job at the server; ${fetched} bytes of weights and images, once`,
    );
    expect(results).toHaveLength(JOBS + 1);
    expect(bytes).toBeLessThan(100_000);
    await crew.close();
    expect(await worker.stop()).toBe(0);
    client.disconnect();
    await redis.stop();
  });

  it('makes a search faster, and the same', async () => {
    const place = folder();
    const redis = await startRedis();
    const times: string[] = [];
    const fronts: unknown[] = [];
    const run = async (name: string, ...more: string[]) => {
      const out = join(place, `${name}.json`);
      const began = performance.now();
      expect(await headless(SEARCH, '--json', out, ...more)).toMatchObject({ code: 0 });
      const [{ points, result, front }] = JSON.parse(readFileSync(out, 'utf8')).runs;
      const [first] = points;
      times.push(
        `${name}: ${result.spent.seconds.toFixed(1)} s searching (${((performance.now() - began) / 1000).toFixed(1)} s in all)`,
      );
      expect(first.spent.evaluations).toBe(1);
      fronts.push(front.map(({ policy, accuracy, loss }: Record<string, unknown>) => ({ policy, accuracy, loss })));
    };
    await run('alone');
    for (const count of [1, 3]) {
      // Results of an earlier search would answer at once.
      const client = new Redis(redis.url);
      await client.flushall();
      client.disconnect();
      const workers = await Promise.all(Array.from({ length: count }, (_, i) => startWorker(redis.url, `w${i}`)));
      await run(`with ${count} more`, '--queue', redis.url);
      for (const worker of workers) expect(await worker.stop()).toBe(0);
    }
    await redis.stop();
    console.log(`24 configs of ResNet-20 on 512 images: ${times.join('; ')}`);
    for (const front of fronts) expect(front).toEqual(fronts[0]);
  });

  it('goes on with --resume after the searching process is killed, and measures nothing twice', async () => {
    const place = folder();
    const [events, many, one] = ['run.jsonl', 'many.json', 'one.json'].map((name) => join(place, name));
    const text =
      'search --method random --network tiny --dataset emoji10 --backend wasm --limit 8x --seed 6 --images 256 --budget 20 --fine-tune 12';
    const redis = await startRedis();
    const worker = await startWorker(redis.url, 'a', ['--patience', '4']);
    const more = ['--queue', redis.url, '--events', events];
    const first = startCommand([...text.split(' '), ...more]);
    await first.until(/random: 4 evaluations/);
    first.child.kill('SIGKILL');
    // What was put in before the end is done, and kept.
    await worker.until(/a: [1-9]\d* done, .* waits/);
    const { code, stderr } = await headless(text, ...more, '--resume', '--json', many);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/answered \d+ configs, [1-9]\d* of/),
    });
    expect(await headless(text, '--json', one)).toMatchObject({ code: 0 });
    const [resumed, whole] = [many, one].map((path) => {
      const [{ points, result }] = JSON.parse(readFileSync(path, 'utf8')).runs;
      const { forward, backward, evaluations } = result.spent;
      return {
        points: points.map(({ spent: _, ...point }: { spent: never }) => point),
        forward,
        backward,
        evaluations,
      };
    });
    expect(resumed).toEqual(whole);
    expect(await worker.stop()).toBe(0);
    await redis.stop();
  });
});
