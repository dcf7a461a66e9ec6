// Yielding to the event loop, so that messages arrive between two pieces of work.

/**
 * Yields to the event loop by posting a message to itself: timers are clamped to 4 ms and slower in hidden pages. Node
 * has `setImmediate` for this; its ports would deliver a thousand such messages before anything else arrives.
 */
export function createYield(): () => Promise<void> {
  if (typeof setImmediate === 'function') return () => new Promise((resolve) => setImmediate(resolve));
  const { port1, port2 } = new MessageChannel();
  let resolvers: (() => void)[] = [];
  port1.onmessage = () => {
    const due = resolvers;
    resolvers = [];
    for (const resolve of due) resolve();
  };
  return () =>
    new Promise((resolve) => {
      resolvers.push(resolve);
      port2.postMessage(null);
    });
}

/** A turn that also lets messages in, for jobs that run alone. */
export function withMessages(turn: () => Promise<void>): () => Promise<void> {
  const breathe = createYield();
  return async () => {
    await breathe();
    await turn();
  };
}
