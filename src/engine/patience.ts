// Timeouts on inactivity. Seconds are counted by ticks rather than by the clock: a thread that computes for half a
// minute ticks once meanwhile, so that being busy is not mistaken for waiting.

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
