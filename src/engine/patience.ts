// How long nothing may happen. Seconds are counted by ticks and not by the clock: a thread that computes for half a minute
// ticks once in it, so that being busy is not taken for being kept waiting.

/** A wait that ends by `end`, or calls `late` once, after `seconds` without a `beat`. */
export interface Patience {
  beat(): void;
  end(): void;
}

/** Starts to wait. */
export function wait(seconds: number, late: () => void): Patience {
  let ticks = 0;
  const timer = setInterval(() => {
    if (++ticks < seconds) return;
    clearInterval(timer);
    late();
  }, 1000);
  return {
    beat: () => {
      ticks = 0;
    },
    end: () => clearInterval(timer),
  };
}
