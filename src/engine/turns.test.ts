import { expect, test, vi } from 'vitest';
import { createBreathe, type Job, Turns, type Urgency } from './turns';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Runs `batches` turns of a job and notes each in `log`. */
async function work(job: Job, name: string, batches: number, log: string[]): Promise<void> {
  try {
    for (let i = 0; i < batches; i++) {
      await job.turn();
      log.push(name);
    }
  } finally {
    job.leave();
  }
}

test('a more urgent job runs alone, the others go on after it', async () => {
  const turns = new Turns(tick);
  const log: string[] = [];
  const jobs = [
    work(turns.enter('training'), 'training', 3, log),
    work(turns.enter('search'), 'search', 3, log),
    work(turns.enter('background'), 'background', 3, log),
    work(turns.enter('drag'), 'drag', 3, log),
    work(turns.enter('reading'), 'reading', 2, log),
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

test('equals take turns batch by batch', async () => {
  const turns = new Turns(tick);
  const log: string[] = [];
  await Promise.all([work(turns.enter('drag'), 'a', 3, log), work(turns.enter('drag'), 'b', 3, log)]);
  expect(log).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
});

test('a job in progress steps back at its next turn', async () => {
  const turns = new Turns(tick);
  const log: string[] = [];
  const training = turns.enter('training');
  await training.turn();
  log.push('training');
  const drag = turns.enter('drag');
  const next = training.turn().then(() => log.push('training again'));
  for (let i = 0; i < 5; i++) await tick();
  expect(log).toEqual(['training']);
  await drag.turn();
  log.push('drag');
  drag.leave();
  await next;
  expect(log).toEqual(['training', 'drag', 'training again']);
});

test('nobody starves when jobs come and go, leave twice or fail', async () => {
  const turns = new Turns(tick);
  const log: string[] = [];
  const failing = turns.enter('drag');
  const slow = work(turns.enter('training'), 'training', 2, log);
  await expect(
    (async () => {
      try {
        await failing.turn();
        throw new Error('broken');
      } finally {
        failing.leave();
        failing.leave(); // must not count twice
      }
    })(),
  ).rejects.toThrow('broken');
  for (let i = 0; i < 20; i++) await work(turns.enter((i % 2 ? 'drag' : 'background') as Urgency), 'short', 1, log);
  await slow;
  expect(log.filter((name) => name === 'training')).toHaveLength(2);
  // A second leave did not make room for training beside a new drag.
  const drag = turns.enter('drag');
  let passed = false;
  const waiting = turns.enter('training');
  const turn = waiting.turn().then(() => {
    passed = true;
  });
  for (let i = 0; i < 5; i++) await tick();
  expect(passed).toBe(false);
  drag.leave();
  await turn;
  waiting.leave();
});

test('a breath lets messages in, and nobody else’s breath is lost', async () => {
  const breathe = createBreathe();
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

test('so does a breath in a browser, which has no setImmediate', async () => {
  vi.stubGlobal('setImmediate', undefined);
  try {
    const breathe = createBreathe();
    const order: string[] = [];
    const breath = breathe().then(() => order.push('breath'));
    void Promise.resolve().then(() => order.push('microtask'));
    await Promise.all([breath, breathe(), breathe()]);
    expect(order).toEqual(['microtask', 'breath']);
  } finally {
    vi.unstubAllGlobals();
  }
});
