// Distinguishes a worker that has ended, or has closed its port, from a slow one: both are silent, so only the silence
// can be reported. While a call is pending the other side is pinged once per second. Beats are counted rather than
// clock time, so that a page that was suspended does not take its own sleep for the worker's silence.

/** Milliseconds between two pings. */
const BEAT = 1000;

interface Watched {
  /** True while a call is pending; otherwise the watch ends. */
  isAwaited(): boolean;
  /** Asks the other side for any message. */
  ask(): void;
  /** Called at each unanswered beat with the seconds of silence, and with 0 when the other side answers again. */
  onSilence(seconds: number): void;
}

export interface Heartbeat {
  /** Starts to watch, unless already watching. */
  watch(): void;
  /** To be called when the other side has sent anything. */
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
