// The quantizers of weights in WGSL, as nn/quantizers/ has them on tensors. For each, the statistics of a group of weights as a
// vec4f `s`, the rounded weight, and the gradients of the weight and of up to two learned numbers of its group.
import type { QuantizerId } from '../../quant/registry';
import { TTQ_THRESHOLD } from '../../quant/ttq';
import { MAX_FLOAT32, MIN_NORMAL } from '../../quant/uniformGrid';

/** Text for sums and maxima over a group, of a term of the weight `w` and a number `t`. */
export interface Over {
  sum(term: string, t?: string): string;
  max(term: string, t?: string): string;
}

export interface WeightQuantizer {
  /** Returns the statistics. Knows the group `b`, `count` (its weights), `learned(b, row)` and `isLearned(b)`. */
  stats(over: Over): string;
  /** `value(w, s, bits) -> f32` and `gradient(w, g, s, bits) -> vec3f`. */
  readonly functions: string;
}

const SIGN = 'fn signOf(w : f32) -> f32 { return select(-1.0, 1.0, w >= 0.0); }';
const VALUE = 'fn value(w : f32, s : vec4f, bits : u32) -> f32';
const GRADIENT = 'fn gradient(w : f32, g : f32, s : vec4f, bits : u32) -> vec3f';
/** The weight gets its gradient unchanged. */
const STRAIGHT = `${GRADIENT} { return vec3f(g, 0.0, 0.0); }`;

/** Evenly spaced levels: [scale, 1 / scale, offset, 1 if clipped weights keep their gradient]. */
function grid(codes: string, computed: (over: Over) => string, gradient: string): WeightQuantizer {
  return {
    stats: (over) => `
  var scale = 0.0; var offset = 0.0; var passes = 0.0;
  if (isLearned(b)) { scale = learned(b, 0u); offset = learned(b, 1u); } else { ${computed(over)} }
  return vec4f(scale, select(min(1.0 / scale, ${MAX_FLOAT32}), 0.0, scale == 0.0), offset, passes);`,
    functions: `
fn codes(bits : u32) -> vec2f { ${codes} }
${VALUE} {
  let c = codes(bits);
  return clamp(round((w - s.z) * s.y), c.x, c.y) * s.x + s.z;
}
${GRADIENT} {
  let c = codes(bits);
  let r = (w - s.z) * s.y;
  ${gradient}
}`,
  };
}

/** Clipped if the nearest code lies off the grid, as in quantizers/learnedGrid.ts. */
const BY_CODE = `if (s.w != 0.0) { return vec3f(g, 0.0, 0.0); }
  let code = round(r); let clipped = clamp(code, c.x, c.y);
  if (code == clipped) { return vec3f(g, g * (code - r), 0.0); }
  return vec3f(0.0, g * clipped, g);`;

/** As in quantizers/lsq.ts. */
const BY_RATIO = `if (r > c.x && r < c.y) { return vec3f(g, g * (round(r) - r), 0.0); }
  return vec3f(0.0, g * clamp(r, c.x, c.y), 0.0);`;

const levels = (bits: string) => `f32((1u << (${bits})) - 1u)`;
const mean = (over: Over) => `${over.sum('abs(w)')} / count`;

export const WEIGHT_QUANTIZERS: Readonly<Record<QuantizerId, WeightQuantizer>> = {
  affine: grid(
    `return vec2f(0.0, ${levels('bits')});`,
    (over) => `offset = -${over.max('-w')}; scale = (${over.max('w')} - offset) / ${levels('b.bits')};`,
    BY_CODE,
  ),
  symmetric: grid(
    `let last = ${levels('bits - 1u')}; return select(vec2f(-last, last), vec2f(0.0, 1.0), bits == 1u);`,
    (over) => `if (b.bits == 1u) { let m = ${mean(over)}; scale = 2.0 * m; offset = -m; passes = 1.0; }
  else { scale = ${over.max('abs(w)')} / ${levels('b.bits - 1u')}; }`,
    BY_CODE,
  ),
  lsq: grid('let half = f32(1u << (bits - 1u)); return vec2f(-half, half - 1.0);', () => '', BY_RATIO),
  dorefa: {
    // [peak of tanh], or [mean magnitude] at 1 bit.
    stats: (over) => `
  if (b.bits == 1u) { return vec4f(${mean(over)}, 0.0, 0.0, 0.0); }
  let most = ${over.max('abs(tanh(w))')};
  return vec4f(select(0.0, most, most >= ${MIN_NORMAL}), 0.0, 0.0, 0.0);`,
    functions: `${SIGN}
${VALUE} {
  if (bits == 1u) { return signOf(w) * s.x; }
  if (s.x == 0.0) { return 0.0; }
  let last = ${levels('bits')};
  return round((tanh(w) / (2.0 * s.x) + 0.5) * last) * (2.0 / last) - 1.0;
}
${GRADIENT} {
  if (bits == 1u) { return vec3f(g, 0.0, 0.0); }
  let t = tanh(w);
  return vec3f(select(g * (1.0 - t * t) / s.x, 0.0, s.x == 0.0), 0.0, 0.0);
}`,
  },
  bwn: {
    stats: (over) => `return vec4f(${mean(over)}, 1.0 / count, 0.0, 0.0);`,
    functions: `${SIGN}
${VALUE} { return signOf(w) * s.x; }
${GRADIENT} { return vec3f(g * (s.y + select(0.0, s.x, abs(w) <= 1.0)), 0.0, 0.0); }`,
  },
  binary: {
    stats: () => 'return vec4f(learned(b, 0u), 0.0, 0.0, 0.0);',
    functions: `${SIGN}
${VALUE} { return signOf(w) * s.x; }
${GRADIENT} { return vec3f(select(0.0, g * s.x, abs(w) <= 1.0), g * signOf(w), 0.0); }`,
  },
  twn: {
    stats: (over) => `
  let least = 0.7 * ${mean(over)};
  let sum = ${over.sum('select(0.0, abs(w), abs(w) > t)', 'least')};
  let large = ${over.sum('select(0.0, 1.0, abs(w) > t)', 'least')};
  return vec4f(select(sum / large, 0.0, large == 0.0), least, 0.0, 0.0);`,
    functions: `${VALUE} { return select(0.0, sign(w) * s.x, abs(w) > s.y); }
${STRAIGHT}`,
  },
  ttq: {
    stats: (over) => `return vec4f(learned(b, 0u), learned(b, 1u), ${TTQ_THRESHOLD} * ${over.max('abs(w)')}, 0.0);`,
    functions: `${VALUE} { return select(select(0.0, -s.y, w < -s.z), s.x, w > s.z); }
${GRADIENT} {
  if (w > s.z) { return vec3f(g * s.x, g, 0.0); }
  if (w < -s.z) { return vec3f(g * s.y, 0.0, -g); }
  return vec3f(g, 0.0, 0.0);
}`,
  },
  dsconv: {
    // [scale, codes per weight].
    stats: (over) => {
      const code = 'clamp(round(w * t), -f32(1u << (b.bits - 1u)), f32(1u << (b.bits - 1u)) - 1.0)';
      return `
  let high = ${over.max('w')}; let low = -${over.max('-w')};
  let extreme = select(low, high, high >= -low);
  let codes = select(clamp(-f32(1u << (b.bits - 1u)) / extreme, -${MAX_FLOAT32}, ${MAX_FLOAT32}), 0.0, extreme == 0.0);
  let products = ${over.sum(`w * ${code}`, 'codes')};
  let squares = ${over.sum(`${code} * ${code}`, 'codes')};
  return vec4f(select(products / squares, 0.0, squares == 0.0), codes, 0.0, 0.0);`;
    },
    functions: `${VALUE} {
  let half = f32(1u << (bits - 1u));
  return clamp(round(w * s.y), -half, half - 1.0) * s.x;
}
${STRAIGHT}`,
  },
};
