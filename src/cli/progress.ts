// Progress on standard error: a line per second at most, and only when it says something new.
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
  const timer = setInterval(say, EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      say();
    },
  };
}
