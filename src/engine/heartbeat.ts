// Tells a worker that has ended, or has closed its port, from one that is slow: both are silent, and only the silence can be
// told of. While somebody waits for an answer the other side is asked whether it is there, once a second. Beats are counted
// and not the clock, so that a page that was asleep does not take its own sleep for the worker's silence.

/** Milliseconds between two questions. */
const BEAT = 1000;

interface Watched {
  /** Whether somebody waits for an answer; the watch ends where nobody does. */
  isAwaited(): boolean;
  /** Asks the other side to say anything. */
  ask(): void;
  /** Told at each beat without an answer for how many seconds there was none, and 0 when the other side is heard again. */
  onSilence(seconds: number): void;
}

export interface Heartbeat {
  /** Begins to watch, where it does not already. */
  watch(): void;
  /** The other side has said something. */
  heard(): void;
}

/** A watch over the other side of a port. */
export function createHeartbeat({ isAwaited, ask, onSilence }: Watched): Heartbeat {
  let timer: ReturnType<typeof setInterval> | undefined;
  let asked = false;
  let silent = 0;

  const heard = () => {
    asked = false;
    if (silent === 0) return;
    silent = 0;
    onSilence(0);
  };
  const beat = () => {
    if (!isAwaited()) {
      clearInterval(timer);
      timer = undefined;
      heard();
    } else if (asked) onSilence(++silent);
    else {
      asked = true;
      ask();
    }
  };
  return {
    watch: () => {
      timer ??= setInterval(beat, BEAT);
    },
    heard,
  };
}
