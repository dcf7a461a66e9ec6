// Minimization of smooth functions of a few dozen variables by the limited-memory BFGS method.
// Reference: J. Nocedal and S. J. Wright, "Numerical Optimization", 2nd ed., algorithms 3.1 and 7.5.

/** Value and gradient at a point. A value that is not finite marks a point outside the function's domain. */
export interface Evaluated {
  readonly value: number;
  readonly gradient: readonly number[];
}

export interface Minimum extends Evaluated {
  readonly point: readonly number[];
  readonly iterations: number;
  /** True if the largest gradient entry fell below the tolerance, or no step could lower the value further. */
  readonly converged: boolean;
}

export interface MinimizeOptions {
  /** Maximum number of steps; default 200. */
  readonly iterations?: number;
  /** Stops when no gradient entry exceeds this; default 1e-6. */
  readonly tolerance?: number;
}

/** Number of past steps that approximate the curvature. */
const MEMORY = 8;
/** Share of the predicted decrease that a step must achieve (Armijo condition). */
const ARMIJO = 1e-4;
/** Maximum halvings per line search. */
const HALVINGS = 40;

interface Step {
  readonly moved: readonly number[];
  readonly turned: readonly number[];
  /** 1 / (moved . turned). */
  readonly rho: number;
}

const inner = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
const along = (a: readonly number[], t: number, b: readonly number[]): number[] => a.map((x, i) => x + t * b[i]);

/** -H gradient by the two-loop recursion. */
function direction(gradient: readonly number[], steps: readonly Step[]): number[] {
  let q = gradient.map((g) => -g);
  const alphas: number[] = [];
  for (const { moved, turned, rho } of [...steps].reverse()) {
    const alpha = rho * inner(moved, q);
    alphas.unshift(alpha);
    q = along(q, -alpha, turned);
  }
  const last = steps.at(-1);
  // Without memory, the first step has length at most 1.
  const scale = last ? 1 / (last.rho * inner(last.turned, last.turned)) : 1 / Math.max(1, Math.sqrt(inner(q, q)));
  q = q.map((x) => x * scale);
  for (const [i, { moved, turned, rho }] of steps.entries()) q = along(q, alphas[i] - rho * inner(turned, q), moved);
  return q;
}

/**
 * Minimizes from `start`. Each step is halved until the value falls enough, also when it lands on a non-finite value.
 * @throws RangeError if the value at `start` is not finite.
 */
export function minimize(
  evaluate: (point: readonly number[]) => Evaluated,
  start: readonly number[],
  { iterations = 200, tolerance = 1e-6 }: MinimizeOptions = {},
): Minimum {
  let point = start;
  let here = evaluate(start);
  if (!Number.isFinite(here.value)) throw new RangeError(`The value at the start is ${here.value}; start elsewhere.`);
  let steps: Step[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (here.gradient.every((g) => Math.abs(g) <= tolerance))
      return { point, ...here, iterations: iteration, converged: true };
    let toward = direction(here.gradient, steps);
    let descent = inner(toward, here.gradient);
    if (!(descent < 0)) {
      steps = [];
      toward = direction(here.gradient, steps);
      descent = inner(toward, here.gradient);
    }
    let moved: number[] = [];
    let next: Evaluated | null = null;
    for (let halving = 0; halving < HALVINGS && next === null; halving++) {
      const length = 2 ** -halving;
      moved = toward.map((x) => x * length);
      const tried = evaluate(along(point, 1, moved));
      if (tried.value <= here.value + ARMIJO * length * descent && tried.gradient.every(Number.isFinite)) next = tried;
    }
    if (next === null) {
      if (steps.length === 0) return { point, ...here, iterations: iteration, converged: true };
      // The remembered curvature misleads: drop it and retry along the gradient.
      steps = [];
      continue;
    }
    const turned = along(next.gradient, -1, here.gradient);
    const curvature = inner(moved, turned);
    if (curvature > 1e-12 * Math.sqrt(inner(moved, moved) * inner(turned, turned)))
      steps = [...steps, { moved, turned, rho: 1 / curvature }].slice(-MEMORY);
    point = along(point, 1, moved);
    here = next;
  }
  return { point, ...here, iterations, converged: false };
}
