// For tests of followers: an engine that answers, and frames that pass, when the test says so.
import { afterEach, beforeEach, vi } from 'vitest';
import type { EngineClient } from '../../engine/client';
import { type Desk, desk } from '../state/desk';
import { setEngine } from '../state/engine';

/** A pending request. */
interface Asked<Q> {
  readonly question: Q;
  answer(): void;
  fail(name: string): void;
}

interface Following<Q> {
  /** All requests of the test, in order. */
  readonly asked: readonly Asked<Q>[];
  /** Ends the follower that the test started with. */
  stop(): void;
  nextFrame(): Promise<void>;
}

/** Starts `follow` in each test of a file, from the desk `state`; `answerOf` gives the answers of the engine. */
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
    // Completes pending requests, and resets what was answered.
    desk.setState({ network: null });
    for (const { answer } of asked) answer();
    for (let i = 0; i < 3; i++) await following.nextFrame();
    following.stop();
    setEngine(null);
    vi.unstubAllGlobals();
  });
  return following;
}
