import { expect, test, vi } from 'vitest';
import { createYield } from '../pool/breathe';
import { type Job, Scheduler, type Urgency } from './scheduler';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Runs `batches` turns of a job and logs each in `log`. */
async function work(job: Job, name: string, batches: number, log: string[]): Promise<void> {
  try {
    for (let i = 0; i < batches; i++) {
      await job.yieldTurn();
      log.push(name);
    }
  } finally {
    job.end();
  }
}

test('a more urgent job runs alone, and the others continue after it', async () => {
  const turns = new Scheduler(tick);
  const log: string[] = [];
  const jobs = [
    work(turns.start('training'), 'training', 3, log),
    work(turns.start('search'), 'search', 3, log),
    work(turns.start('background'), 'background', 3, log),
    work(turns.start('drag'), 'drag', 3, log),
    work(turns.start('reading'), 'reading', 2, log),
  ];
  await Promise.all(jobs);
  expect(log).toEqual([
    'reading',
    'reading',
    'drag',
    'drag',
    'drag',
    'background',
    'background',
    'background',
    'search',
    'search',
    'search',
    'training',
    'training',
    'training',
  ]);
});

test('jobs of equal priority alternate batch by batch', async () => {
  const turns = new Scheduler(tick);
  const log: string[] = [];
  await Promise.all([work(turns.start('drag'), 'a', 3, log), work(turns.start('drag'), 'b', 3, log)]);
  expect(log).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
});

test('a running job yields at its next turn', async () => {
  const turns = new Scheduler(tick);
  const log: string[] = [];
  const training = turns.start('training');
  await training.yieldTurn();
  log.push('training');
  const drag = turns.start('drag');
  const next = training.yieldTurn().then(() => log.push('training again'));
  for (let i = 0; i < 5; i++) await tick();
  expect(log).toEqual(['training']);
  await drag.yieldTurn();
  log.push('drag');
  drag.end();
  await next;
  expect(log).toEqual(['training', 'drag', 'training again']);
});

test('no job starves when jobs come and go, end twice or fail', async () => {
  const turns = new Scheduler(tick);
  const log: string[] = [];
  const failing = turns.start('drag');
  const slow = work(turns.start('training'), 'training', 2, log);
  await expect(
    (async () => {
      try {
        await failing.yieldTurn();
        throw new Error('broken');
      } finally {
        failing.end();
        failing.end(); // must not count twice
      }
    })(),
  ).rejects.toThrow('broken');
  for (let i = 0; i < 20; i++) await work(turns.start((i % 2 ? 'drag' : 'background') as Urgency), 'short', 1, log);
  await slow;
  expect(log.filter((name) => name === 'training')).toHaveLength(2);
  // Ending twice did not make room for training beside a new drag.
  const drag = turns.start('drag');
  let passed = false;
  const waiting = turns.start('training');
  const turn = waiting.yieldTurn().then(() => {
    passed = true;
  });
  for (let i = 0; i < 5; i++) await tick();
  expect(passed).toBe(false);
  drag.end();
  await turn;
  waiting.end();
});

test('yielding to the event loop lets messages in, and no waiter is lost', async () => {
  const breathe = createYield();
  const { port1, port2 } = new MessageChannel();
  let seen = 0;
  port1.onmessage = () => {
    seen++;
  };
  for (let i = 0; i < 20; i++) {
    port2.postMessage(null);
    for (let k = 0; k < 10 && seen <= i; k++) await breathe();
    expect(seen).toBe(i + 1);
  }
  await Promise.all([breathe(), breathe()]);
  port1.close();
});

test('the same holds in a browser, which has no setImmediate', async () => {
  vi.stubGlobal('setImmediate', undefined);
  try {
    const breathe = createYield();
    const order: string[] = [];
    const breath = breathe().then(() => order.push('breath'));
    void Promise.resolve().then(() => order.push('microtask'));
    await Promise.all([breath, breathe(), breathe()]);
    expect(order).toEqual(['microtask', 'breath']);
  } finally {
    vi.unstubAllGlobals();
  }
});
