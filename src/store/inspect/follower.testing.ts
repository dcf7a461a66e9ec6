// Followers in tests: an engine that answers when the test says so, and frames that pass when it says so.
import { afterEach, beforeEach, vi } from 'vitest';
import type { EngineClient } from '../../engine/client';
import { type Desk, desk } from '../state/desk';
import { setEngine } from '../state/engine';

/** A question under way. */
interface Asked<Q> {
  readonly question: Q;
  answer(): void;
  fail(name: string): void;
}

interface Following<Q> {
  /** All questions of the test, first to last. */
  readonly asked: readonly Asked<Q>[];
  /** Ends the following that the test began with. */
  stop(): void;
  nextFrame(): Promise<void>;
}

/** Follows by `follow` in each test of a file, from the desk `state`; `answerOf` is what the engine answers. */
export function eachFollowing<Q>(
  follow: () => () => void,
  state: () => Desk,
  answerOf: (question: Q, fingerprint: string) => unknown,
): Following<Q> {
  const asked: Asked<Q>[] = [];
  let frames: (() => void)[] = [];
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  const following = {
    asked,
    stop: () => {},
    async nextFrame() {
      await settle();
      for (const run of frames.splice(0)) run();
      await settle();
    },
  };
  const call = (_: string, question: Q) => ({
    cancel: () => {},
    result: new Promise((resolve, reject) => {
      const fingerprint = desk.getState().network?.fingerprint ?? '';
      asked.push({
        question,
        answer: () => resolve(answerOf(question, fingerprint)),
        fail: (name) => reject(Object.assign(new Error('cannot'), { name })),
      });
    }),
  });

  beforeEach(() => {
    asked.length = 0;
    frames = [];
    vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
    desk.setState(state(), true);
    setEngine({ call } as unknown as EngineClient);
    following.stop = follow();
  });
  afterEach(async () => {
    // Nothing is under way any more, and what was answered is forgotten.
    desk.setState({ network: null });
    for (const { answer } of asked) answer();
    for (let i = 0; i < 3; i++) await following.nextFrame();
    following.stop();
    setEngine(null);
    vi.unstubAllGlobals();
  });
  return following;
}
