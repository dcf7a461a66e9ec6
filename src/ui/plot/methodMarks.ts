// How each search looks on plots: a shape and a color, which orange is not: that means harm.

interface MethodMark {
  /** Outline around the origin, 12 units wide. */
  readonly path: string;
  /** A color of theme.css. */
  readonly color: string;
  /** Drawn by its line alone. */
  readonly open?: boolean;
}

const SHAPES = {
  up: 'M0,-6L6,5H-6Z',
  down: 'M0,6L6,-5H-6Z',
  diamond: 'M0,-6.5L6,0L0,6.5L-6,0Z',
  cross: 'M-5,-5L5,5M5,-5L-5,5',
  plus: 'M-6,0H6M0,-6V6',
  ring: 'M-5,0a5,5 0 1 0 10,0a5,5 0 1 0 -10,0Z',
  hexagon: 'M6,0L3,5.2H-3L-6,0L-3,-5.2H3Z',
  pentagon: 'M0,-6L5.7,-1.9L3.5,4.9H-3.5L-5.7,-1.9Z',
  square: 'M-5,-5H5V5H-5Z',
  star: 'M0,-7L1.7,-2.3L6.7,-2.2L2.7,0.9L4.1,5.7L0,2.9L-4.1,5.7L-2.7,0.9L-6.7,-2.2L-1.7,-2.3Z',
} as const;

const MARKS: Readonly<Record<string, MethodMark>> = {
  mtgp: { path: SHAPES.square, color: 'var(--oi-blue)' },
  limpq: { path: SHAPES.up, color: 'var(--oi-green)' },
  dnas: { path: SHAPES.diamond, color: 'var(--oi-purple)' },
  metaquantnet: { path: SHAPES.cross, color: 'var(--oi-yellow)', open: true },
  greedy: { path: SHAPES.down, color: 'var(--oi-sky)' },
  hessian: { path: SHAPES.hexagon, color: 'var(--ink)' },
  squaredSteps: { path: SHAPES.star, color: 'var(--oi-green)' },
  outputError: { path: SHAPES.square, color: 'var(--oi-purple)' },
  amp: { path: SHAPES.pentagon, color: 'var(--oi-yellow)' },
  random: { path: SHAPES.plus, color: 'var(--edge)', open: true },
  room: { path: SHAPES.diamond, color: 'var(--oi-yellow)' },
  uniform: { path: SHAPES.ring, color: 'var(--ink)', open: true },
};

/** The mark of a method; a diamond for one that has none of its own. */
export function markOf(method: string): MethodMark {
  return MARKS[method] ?? { path: SHAPES.diamond, color: 'var(--oi-blue)' };
}
