// Server and client over a real message channel, with the test's own handlers.
import { afterEach, expect, test, vi } from 'vitest';
import { createClient, type EngineClient, EngineError, isCanceled, type Port } from './client';
import type { HandlerContext, Handlers } from './protocol/commands';
import { reportUnforeseen, type ServerPort, serve } from './serve';

let close: () => void = () => {};
afterEach(() => close());

function connect(handlers: Partial<Handlers>): { client: EngineClient; fault(error: Error): void } {
  const { port1, port2 } = new MessageChannel();
  close = () => {
    port1.close();
    port2.close();
  };
  const fault = serve(port1 as unknown as ServerPort, handlers as Handlers);
  return { client: createClient(port2 as unknown as Port), fault };
}

/** Rejects with an AbortError when the signal is aborted; otherwise never settles. */
const untilAborted = ({ signal }: HandlerContext<never>) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
  });
const evaluation = {
  policy: {},
  scheme: { quantizer: 'affine', granularity: 'tensor' },
  split: 'test',
  stages: [],
} as const;
const info = { name: 'cpu', device: 'plain', passedOver: [] } as const;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test('a call gets its own result', async () => {
  const { client } = connect({
    start: async ({ backend }) => ({ ...info, device: String(backend) }),
    pictures: async ({ indices }) => indices.map((index) => ({ index })) as never,
  });
  const calls = [
    client.call('start', { backend: 'wasm' }),
    client.call('pictures', { split: 'test', indices: [5] }),
    client.call('start', {}),
  ];
  expect(await Promise.all(calls.map(({ result }) => result))).toEqual([
    { ...info, device: 'wasm' },
    [{ index: 5 }],
    { ...info, device: 'undefined' },
  ]);
});

test('memory returned by a handler is transferred, not copied', async () => {
  const content = Uint8Array.of(1, 2, 3);
  const { client } = connect({
    exportNetwork: async (_, { move }) => {
      move(content.buffer);
      return [{ name: 'x', content }];
    },
  });
  const params = { ...evaluation, format: 'packed', options: {}, points: [] } as const;
  expect(await client.call('exportNetwork', params).result).toEqual([{ name: 'x', content: Uint8Array.of(1, 2, 3) }]);
  expect(content.buffer.byteLength).toBe(0);
});

test('progress arrives in order, before the result, and only at its own call', async () => {
  const { client } = connect({
    openDataset: async ({ seed }, { report }) => {
      for (let done = 0; done < 3; done++) report({ phase: String(seed), done, unit: 'images' });
      return { id: 'emoji10' } as never;
    },
    openNetwork: async (_, { report }) => {
      report({ phase: 'network', done: 1, unit: 'bytes' });
      return {} as never;
    },
  });
  const seen: string[] = [];
  const dataset = client.call('openDataset', { dataset: 'emoji10', seed: 5 }, ({ phase, done }) =>
    seen.push(`${phase} ${done}`),
  );
  const network = client.call('openNetwork', { network: 'tiny' });
  await dataset.result.then(() => seen.push('result'));
  await network.result;
  expect(seen).toEqual(['5 0', '5 1', '5 2', 'result']);
});

test('errors keep their name, message and stack across the channel', async () => {
  class OwnError extends Error {
    override readonly name = 'OwnError';
  }
  const { client } = connect({
    start: async () => {
      throw new OwnError('what went wrong');
    },
    pictures: async () => {
      throw 'just text';
    },
    pauseTraining: async () => (() => {}) as never, // cannot be posted
  });
  const error = await failure(client.call('start', {}).result);
  expect(error).toBeInstanceOf(EngineError);
  expect(error).toMatchObject({ name: 'OwnError', message: 'what went wrong' });
  expect((error as Error).stack).toContain('serve.test');
  expect(isCanceled(error)).toBe(false);
  expect(await failure(client.call('pictures', { split: 'test', indices: [] }).result)).toMatchObject({
    name: 'Error',
    message: 'just text',
  });
  expect(await failure(client.call('pauseTraining', { paused: true }).result)).toMatchObject({
    name: 'DataCloneError',
  });
  // A command without a handler is an error too, not silence.
  expect(await failure(client.call('openNetwork', { network: 'tiny' }).result)).toBeInstanceOf(EngineError);
});

test('cancel aborts the signal of its own request', async () => {
  const { client } = connect({ train: (_, context) => untilAborted(context as never), start: async () => info });
  const first = client.call('train', {} as never);
  const second = client.call('train', {} as never);
  second.cancel();
  const error = await failure(second.result);
  expect(isCanceled(error)).toBe(true);
  expect(await client.call('start', {}).result).toEqual(info); // the first still runs, and the server still answers
  first.cancel();
  first.cancel();
  expect(isCanceled(await failure(first.result))).toBe(true);
});

test('canceling a finished request changes nothing', async () => {
  const { client } = connect({ start: async () => info });
  const call = client.call('start', {});
  await call.result;
  call.cancel();
  expect(await client.call('start', {}).result).toEqual(info);
});

test.each(['evaluate', 'openDataset', 'openNetwork', 'sensitivity', 'inspectWeights'] as const)(
  'a newer %s makes the older one stale',
  async (command) => {
    const { client } = connect({
      [command]: async (params: { last?: boolean }, context: HandlerContext<never>) =>
        params.last ? 'new' : untilAborted(context),
    });
    const stale = client.call(command, { ...evaluation } as never);
    const fresh = client.call(command, { ...evaluation, last: true } as never);
    expect(isCanceled(await failure(stale.result))).toBe(true);
    expect(await fresh.result).toBe('new');
  },
);

test('a newer command leaves other kinds and training running', async () => {
  const signals: AbortSignal[] = [];
  const { client } = connect({
    sensitivity: (_, context) => {
      signals.push(context.signal);
      return untilAborted(context as never);
    },
    train: (_, context) => {
      signals.push(context.signal);
      return untilAborted(context as never);
    },
    evaluate: async () => 'measured' as never,
  });
  const running = [
    client.call('sensitivity', {} as never),
    client.call('train', {} as never),
    client.call('train', {} as never),
  ];
  expect(await client.call('evaluate', evaluation).result).toBe('measured');
  expect(signals.map((signal) => signal.aborted)).toEqual([false, false, false]);
  for (const call of running) call.cancel();
  for (const call of running) expect(isCanceled(await failure(call.result))).toBe(true);
});

test('a fault is reported to the page and ends no call', async () => {
  const { client, fault } = connect({ train: (_, context) => untilAborted(context as never) });
  const training = client.call('train', {} as never);
  const told = new Promise<EngineError>((resolve) => {
    client.onFault = resolve;
  });
  fault(new RangeError('the device was lost'));
  expect(await told).toMatchObject({ name: 'RangeError', message: 'the device was lost' });
  training.cancel();
  expect(isCanceled(await failure(training.result))).toBe(true);
});

test('when the worker dies, every call is rejected', async () => {
  const { client } = connect({ train: (_, context) => untilAborted(context as never) });
  const calls = [client.call('train', {} as never), client.call('train', {} as never)];
  client.fail({ name: 'WorkerError', message: 'gone' });
  for (const { result } of calls) expect(await failure(result)).toMatchObject({ name: 'WorkerError', message: 'gone' });
});

test('a busy worker answers between two messages and is not silent; one with a closed port is', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const { client } = connect({ train: (_, context) => untilAborted(context as never), start: async () => info });
    const silences: number[] = [];
    client.onSilence = (seconds) => silences.push(seconds);
    const training = client.call('train', {} as never);
    for (let second = 0; second < 12; second++) {
      vi.advanceTimersByTime(1000);
      await client.call('start', {}).result; // earlier messages have been answered by now
    }
    expect(silences).toEqual([]);
    close();
    vi.advanceTimersByTime(11_000);
    expect(silences).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    client.fail({ name: 'AbortError', message: 'The engine was restarted.' });
    expect(isCanceled(await failure(training.result))).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(silences.slice(10)).toEqual([0]);
  } finally {
    vi.useRealTimers();
  }
});

test('uncaught errors and rejections are reported with their stack; cancellations are not', () => {
  const scope = new EventTarget();
  const reported: Error[] = [];
  reportUnforeseen(scope, (error) => reported.push(error));
  const happen = (type: string, more: object) => scope.dispatchEvent(Object.assign(new Event(type), more));
  const thrown = new TypeError('x is undefined');
  happen('error', { error: thrown, message: 'Uncaught TypeError: x is undefined' });
  happen('error', { error: null, message: 'Script error.' });
  happen('unhandledrejection', { reason: new RangeError('too far') });
  happen('unhandledrejection', { reason: new DOMException('stopped', 'AbortError') });
  expect(reported.map(({ message }) => /\((.*)\)/.exec(message)?.[1])).toEqual([
    'x is undefined',
    'Script error.',
    'too far',
  ]);
  expect(reported[0]).toMatchObject({ cause: 'TypeError: x is undefined', stack: thrown.stack });
});
