// Random numbers for tests.
import { expect } from 'vitest';
import { createRng, type Rng } from './rng';

/** A stream for helpers that many tests call: it begins anew in each test, whatever ran before in the same worker. */
export function streamOfTest(seed: number): () => Rng {
  let test: string | undefined;
  let rng = createRng(seed);
  return () => {
    const { testPath, currentTestName } = expect.getState();
    const now = `${testPath} ${currentTestName}`;
    if (now !== test) rng = createRng(seed);
    test = now;
    return rng;
  };
}
