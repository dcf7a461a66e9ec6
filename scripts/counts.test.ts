import { describe, expect, test } from 'vitest';
import { checkCount, playwrightCounts, summary, total, vitestCounts } from './counts';

const vitest = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] };
const playwright = { stats: { expected: 3, unexpected: 0, flaky: 1, skipped: 2 }, errors: [] };

describe('a green run is counted as it is', () => {
  test('vitest', () => expect(vitestCounts(vitest, 0)).toEqual({ passed: 5, failed: 0, skipped: 2 }));
  test('playwright', () => expect(playwrightCounts(playwright, 0)).toEqual({ passed: 4, failed: 0, skipped: 2 }));
  test('a check', () => expect(checkCount(0)).toEqual({ passed: 1, failed: 0, skipped: 0 }));
});

describe('a crash never looks like a pass', () => {
  test.each([
    ['vitest without a report', vitestCounts(undefined, 0)],
    ['vitest that ended badly', vitestCounts(vitest, 1)],
    ['vitest without tests', vitestCounts({ ...vitest, numPassedTests: 0, numPendingTests: 0, numTodoTests: 0 }, 0)],
    [
      'a file that does not load',
      vitestCounts({ ...vitest, testResults: [{ status: 'failed', assertionResults: [] }] }, 1),
    ],
    ['playwright without a report', playwrightCounts(undefined, 0)],
    ['playwright that ended badly', playwrightCounts(playwright, 1)],
    ['playwright with an error outside tests', playwrightCounts({ ...playwright, errors: [{}] }, 1)],
    ['a check that ended badly', checkCount(2)],
  ])('%s', (_, counts) => expect(counts.failed).toBe(1));
});

test('failed tests are not counted twice for the exit code', () => {
  expect(vitestCounts({ ...vitest, numFailedTests: 2 }, 1).failed).toBe(2);
  expect(playwrightCounts({ ...playwright, stats: { ...playwright.stats, unexpected: 2 } }, 1).failed).toBe(2);
});

test('the last line', () => {
  const counts = total([vitestCounts(vitest, 0), playwrightCounts(playwright, 0), checkCount(1)]);
  expect(summary(counts)).toBe('9 passed, 1 failed, 4 skipped');
  expect(summary({ passed: 2, failed: 0, skipped: 0 })).toBe('2 passed, 0 failed');
});
