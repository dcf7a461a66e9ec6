// Progress on standard error: a line per second at most, and only when it says something new.
import { setImmediate } from 'node:timers/promises';
import type { Session } from '../core/session';
import { inEnglish } from '../pool/messages';
import { flags } from './flags';

const EVERY_MS = 1000;

/** Writes what `line` returns, once per second, until stopped; nothing with `--quiet`. */
export function sayProgress(line: () => string | undefined): { stop(): void } {
  if (flags.quiet) return { stop: () => {} };
  let last: string | undefined;
  const say = () => {
    const text = line();
    if (text === undefined || text === last) return;
    last = text;
    console.error(text);
  };
  // Nothing waits for its lines, least of all after an error.
  const timer = setInterval(say, EVERY_MS).unref();
  return {
    stop: () => {
      clearInterval(timer);
      say();
    },
  };
}

/** Seconds before the first line: what takes no longer needs none. */
const PATIENCE = 2;

const count = (n: number) => Math.floor(n).toLocaleString('en');
const duration = (seconds: number) => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

/** What the further workers of a session do, in words; empty if there are none. */
export function workersDoing({ pool }: Pick<Session, 'pool'>): string {
  const { members, shrunk } = pool.state;
  const doing = members.map(({ state }, i) => `worker ${i + 2} ${state}`).join(', ');
  return [doing, shrunk && `fewer workers than asked for: ${inEnglish(shrunk)}`].filter(Boolean).join('; ');
}

/** Follows a long job. */
export interface Following {
  /** Says how far it is; resolves once lines could be written. */
  tell(done: number, total: number): Promise<unknown>;
  stop(): void;
}

/** Progress of a job that counts in `unit`: its rate, the time left, and what each worker does. A total of 1 is a share. */
export function followJob(session: Pick<Session, 'pool'>, what: string, unit: string): Following {
  const start = performance.now();
  let [done, total] = [0, 0];
  const progress = sayProgress(() => {
    const seconds = (performance.now() - start) / 1000;
    if (seconds < PATIENCE || done === 0) return undefined;
    const far =
      total === 1
        ? `${Math.floor(100 * Math.min(1, done))} % of ${unit}`
        : `${count(done)} of ${count(total)} ${unit}, ${(done / seconds).toPrecision(3)} per second`;
    const left = duration((seconds * Math.max(0, total - done)) / done);
    const workers = workersDoing(session);
    return `${what}: ${far}, ${left} left${workers && `; ${workers}`}`;
  });
  return {
    tell: (now, of) => {
      [done, total] = [now, of];
      return setImmediate();
    },
    stop: () => progress.stop(),
  };
}
