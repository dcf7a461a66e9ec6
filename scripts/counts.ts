// Converts a test runner's JSON report to test counts. Tests that a runner could not even start are missing from its
// report, so its exit code counts too: a crash never looks like a pass.

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const CRASHED: Counts = { passed: 0, failed: 1, skipped: 0 };

/** A bad exit code without a failed test counts as one failure, and so does a run without any test. */
function believe(counts: Counts, exitCode: number): Counts {
  const silent = counts.failed === 0 && (exitCode !== 0 || counts.passed + counts.skipped === 0);
  return silent ? { ...counts, failed: 1 } : counts;
}

/** A check without parts: passed if the program exited with 0. */
export function checkCount(exitCode: number): Counts {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : CRASHED;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** Counts of Vitest's `json` reporter; a file that does not load counts as one failed test. */
export function vitestCounts(report: unknown, exitCode: number): Counts {
  if (report === undefined || report === null) return CRASHED;
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report as VitestReport;
  const broken = testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.length);
  const counts = {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests + numTodoTests,
  };
  return believe(counts, exitCode);
}

interface PlaywrightReport {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
  readonly errors: readonly unknown[];
}

/** Counts of Playwright's `json` reporter; a test that passed on retry counts as passed. */
export function playwrightCounts(report: unknown, exitCode: number): Counts {
  if (report === undefined || report === null) return CRASHED;
  const { stats, errors } = report as PlaywrightReport;
  const counts = {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  };
  return believe(counts, exitCode);
}

export function total(parts: readonly Counts[]): Counts {
  const sum = (key: keyof Counts) => parts.reduce((sofar, part) => sofar + part[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** `N passed, N failed`, followed by `, N skipped` if there are any. */
export function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
