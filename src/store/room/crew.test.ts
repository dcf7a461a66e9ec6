// Tasks and answers between simulated computers of a room, over real documents: one dies, one stops, one is slow, one lies
// outside the protocol.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { applyUpdate, Doc } from 'yjs';
import { uniformPolicy } from '../../graph/policy';
import type { Task } from '../../search/crew';
import { desk } from '../state/desk';
import { Asking, answerKey, DEPTH, type Helper, PACE } from './asking';
import { Helping, type Measuring } from './helping';
import { type AnsweredTask, type AskedTask, type CrewLead, readAsked, readTask, writeTask } from './tasks';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LEAD: CrewLead = { by: 1, fingerprint: 'f', images: 96, batchSize: 16, learningRate: 0.02, seed: 3 };

/** Documents that are one, as over a server; counts the messages of each page and their largest size. */
function room(pages: number) {
  const docs = Array.from({ length: pages }, (_, i) => Object.assign(new Doc(), { clientID: i + 1 }));
  const sent = docs.map(() => ({ messages: 0, bytes: 0 }));
  for (const [i, doc] of docs.entries())
    doc.on('update', (update: Uint8Array, from: unknown) => {
      if (from === 'room') return;
      sent[i].messages++;
      sent[i].bytes = Math.max(sent[i].bytes, update.length);
      for (const other of docs) if (other !== doc) applyUpdate(other, update, 'room');
    });
  return { shared: docs.map((doc) => doc.getMap<unknown>('crew')), sent };
}

/** Whoever asks, page 1. */
function asking(shared: ReturnType<typeof room>['shared'][number]) {
  const answers = new Map<string, { readonly from: number | undefined; readonly answer: AnsweredTask | null }>();
  let places = 0;
  const asks = new Asking(shared, 1, {
    onAnswer: (id, from, answer) => answers.set(id, { from: from?.id, answer }),
    onPlaces: (now) => {
      places = now;
    },
  });
  return { asks, answers, places: () => places };
}

/** A computer that takes so many milliseconds for a task. */
function helper(shared: ReturnType<typeof room>['shared'][number], id: number, each: number) {
  const counts = { measured: 0, canceled: 0 };
  const measure = (): Measuring => {
    let end = () => {};
    const result = new Promise<{ right: number; loss: number }>((resolve, reject) => {
      const timer = setTimeout(() => resolve({ right: id, loss: 1 }), each);
      end = () => {
        clearTimeout(timer);
        counts.canceled++;
        reject(new Error('canceled'));
      };
    });
    return { result, cancel: () => end() };
  };
  const helping = new Helping(shared, id, {
    taskOf: (asked) => ({ steps: asked.steps }) as Task,
    measure,
    onMeasured: () => counts.measured++,
  });
  helping.follow(LEAD);
  return { helping, counts };
}

const tasks = (count: number, from = 0): AskedTask[] =>
  Array.from({ length: count }, (_, i) => ({ id: `t${from + i}`, link: 'v1/tiny/emoji10/w=5', steps: 0 }));
const helpers = (...ids: number[]): Helper[] => ids.map((id) => ({ id, name: `N${id}` }));

test('tasks are shared out, answered once each, and leave nothing behind; few and small messages', async () => {
  const { shared, sent } = room(4);
  const { asks, answers, places } = asking(shared[0]);
  const all = [2, 3, 4].map((id) => helper(shared[id - 1], id, 30));
  asks.setHelpers(helpers(2, 3, 4));
  expect(places()).toBe(3 * DEPTH);
  for (const task of tasks(60)) asks.ask(task);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(answers.size).toBe(60);
  for (const { from, answer } of answers.values()) expect(answer?.right).toBe(from);
  expect(all.reduce((sum, { counts }) => sum + counts.measured, 0)).toBe(60);
  for (const { counts } of all) expect(counts.measured).toBeGreaterThan(10);
  for (const { messages } of sent) expect(messages).toBeLessThan(10_000 / PACE + 1);
  asks.close();
  await vi.advanceTimersByTimeAsync(1000);
  expect([...shared[0].keys()]).toEqual([]);
});

test('messages of a full room stay within the size that the server lets through', async () => {
  const { shared, sent } = room(1);
  const { asks } = asking(shared[0]);
  asks.setHelpers(helpers(...Array.from({ length: 60 }, (_, i) => i + 2)));
  for (let i = 0; i < 60 * DEPTH; i++) asks.ask({ id: `t${i}`, link: `v1/${'x'.repeat(1900)}`, steps: 0 });
  await vi.advanceTimersByTimeAsync(3000);
  expect(sent[0].bytes).toBeGreaterThan(10_000);
  expect(sent[0].bytes).toBeLessThan(64 * 1024);
  expect([...shared[0].keys()]).toHaveLength(60);
  asks.close();
});

test('the tasks of one that leaves go to another, and to nobody if nobody is left', async () => {
  const { shared } = room(3);
  const { asks, answers, places } = asking(shared[0]);
  helper(shared[1], 2, 30);
  // Page 3 is there and does nothing.
  asks.setHelpers(helpers(2, 3));
  for (const task of tasks(4)) asks.ask(task);
  await vi.advanceTimersByTimeAsync(1000);
  expect(answers.size).toBe(2);
  asks.setHelpers(helpers(2));
  await vi.advanceTimersByTimeAsync(1000);
  expect([...answers.values()].map(({ from }) => from)).toEqual([2, 2, 2, 2]);
  asks.setHelpers([]);
  expect(places()).toBe(0);
  asks.ask({ ...tasks(1, 9)[0] });
  expect(answers.get('t9')).toEqual({ from: undefined, answer: null });
  asks.close();
});

test('one that is slow is waited for no longer, and asked again after it answers', async () => {
  const { shared } = room(2);
  const { asks, answers, places } = asking(shared[0]);
  helper(shared[1], 2, 90_000);
  asks.setHelpers(helpers(2));
  asks.ask(tasks(1)[0]);
  await vi.advanceTimersByTimeAsync(62_000);
  expect(answers.get('t0')).toEqual({ from: 2, answer: null });
  expect(places()).toBe(0);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(places()).toBe(DEPTH);
  // It may take six times as long as the slowest answer now.
  asks.ask(tasks(1, 1)[0]);
  await vi.advanceTimersByTimeAsync(91_000);
  expect(answers.get('t1')?.answer).toEqual({ id: 't1', right: 2, loss: 1 });
  asks.close();
});

test('one that stops, or is not needed, ends its measurement; an excluded one is asked no more', async () => {
  const { shared } = room(3);
  const { asks, answers } = asking(shared[0]);
  const [a, b] = [helper(shared[1], 2, 500), helper(shared[2], 3, 500)];
  asks.setHelpers(helpers(2, 3));
  for (const task of tasks(2)) asks.ask(task);
  await vi.advanceTimersByTimeAsync(200);
  a.helping.follow(undefined);
  asks.unask('t1');
  await vi.advanceTimersByTimeAsync(200);
  expect([a.counts.canceled, b.counts.canceled]).toEqual([1, 1]);
  asks.exclude(2);
  await vi.advanceTimersByTimeAsync(2000);
  expect(answers.get('t0')?.from).toBe(3);
  expect(answers.has('t1')).toBe(false);
  for (const task of tasks(3, 2)) asks.ask(task);
  await vi.advanceTimersByTimeAsync(4000);
  expect(b.counts.measured).toBe(4);
  asks.close();
});

test('what is written in the document by anybody is checked', async () => {
  const { shared } = room(3);
  const { asks, answers } = asking(shared[0]);
  asks.setHelpers(helpers(2));
  asks.ask(tasks(1)[0]);
  await vi.advanceTimersByTimeAsync(200);
  for (const odd of [3, 'x', [null], [{ id: 7 }], [{ id: 'other', right: 1, loss: 1 }]])
    shared[2].set(answerKey(1, 2), odd);
  expect(answers.size).toBe(0);
  shared[2].set(answerKey(1, 2), [{ id: 't0', right: 'many', loss: 1 }]);
  expect(answers.get('t0')).toEqual({ from: 2, answer: null });
  expect(readAsked([{ id: 'a', link: 'x'.repeat(5000), steps: 0 }, { id: 'b' }, 4])).toEqual([]);
  asks.close();
});

test('a task comes out of its text as it was, for the same network and images only', () => {
  const now = desk.getState();
  const { architecture, networkId, datasetId } = now;
  const policy = { ...uniformPolicy(architecture, 3, 8) };
  const [first] = Object.keys(policy);
  policy[first] = { weights: 8, activations: 32 };
  const scheme = { quantizer: 'affine', granularity: 'tensor' } as const;
  const { images, batchSize, learningRate, seed } = LEAD;
  const task: Task = { policy, scheme, steps: 5, images, batchSize, learningRate, seed };
  const network = { id: networkId, dataset: datasetId, fingerprint: 'f' } as NonNullable<typeof now.network>;
  const asked = writeTask('1', task, now) as AskedTask;
  expect(readTask(asked, LEAD, { ...now, network })).toEqual(task);
  expect(readTask(asked, { ...LEAD, fingerprint: 'g' }, { ...now, network })).toBeUndefined();
  expect(readTask({ ...asked, link: 'v1/other' }, LEAD, { ...now, network })).toBeUndefined();
  expect(readTask({ ...asked, link: `${asked.link}/w=zz` }, LEAD, { ...now, network })).toBeUndefined();
});
