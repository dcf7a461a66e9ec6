// MTGP: a multi-task Gaussian process over policies and amounts of fine-tuning. Cheap measurements after little or no
// fine-tuning are taken where they are most informative about the target task per cost; now and then the most promising
// policy is measured at the target. Differences from the released code, with reasons: docs/decisions/0015-mtgp.md.
// Reference: M. Gennari do Nascimento, T. W. Costain, V. A. Prisacariu, "Finding non-uniform quantization schemes using
// multi-task Gaussian processes", ECCV 2020 (arXiv 2007.07743).
import { curveEncoding, type Encoding, layerEncoding } from '../belief/candidates';
import { type CurveId, curves } from '../belief/curves';
import { MtgpSearch, type MtgpSettings } from '../belief/mtgpSearch';
import type { OptionValues, SearchMethod } from '../method';
import type { Space } from '../space';

/** Amounts of fine-tuning as shares of the search's own amount, which is the target and comes last. */
const LADDERS: Readonly<Record<string, readonly number[]>> = {
  '0, 1/4, 1': [0, 1 / 4, 1],
  '0, 1/10, 1/5, 1': [0, 1 / 10, 1 / 5, 1],
  '0, 1': [0, 1],
  '1/4, 1': [1 / 4, 1],
  '1': [1],
};

/** Rules of a search, except its tasks. */
type Rules = Omit<MtgpSettings, 'steps' | 'every' | 'bitPrice' | 'batch'>;

/** Our rules, and those of the released code. */
export const RULES = {
  own: {
    form: { kernel: 'matern52', rank: 1, agreeing: true, meanPerTask: true },
    lower: 'loss',
    start: 8,
    focus: 1,
    cost: 'images',
    noisyBound: false,
    confirm: true,
  },
  published: {
    form: { kernel: 'rbf', agreeing: true },
    lower: 'accuracy',
    start: 1,
    focus: Number.POSITIVE_INFINITY,
    cost: 'equal',
    noisyBound: true,
    confirm: false,
  },
} as const satisfies Record<string, Rules>;

function encodingOf(space: Space, encoding: string, parameters: boolean): Encoding {
  return encoding === 'layers' ? layerEncoding(space) : curveEncoding(space, curves[encoding as CurveId], parameters);
}

/** Steps of the tasks: distinct shares of the target's steps. */
function ladder(shares: readonly number[], most: number): number[] {
  return [...new Set(shares.map((share) => Math.floor(share * most)))];
}

/** The settings for the option values; `steps` are the target's. */
export function readSettings({ rules, tasks, every, price, batch }: OptionValues, steps: number): MtgpSettings {
  return {
    ...RULES[rules as keyof typeof RULES],
    steps: ladder(LADDERS[tasks], steps),
    every: Number(every),
    bitPrice: Number(price),
    batch: Number(batch),
  };
}

export const mtgp: SearchMethod = {
  label: 'MTGP',
  explanation:
    'Multi-task Bayesian optimization: models accuracy at several fine-tuning budgets and tries the most informative config per unit cost.',
  source: 'arXiv 2007.07743',
  options: {
    encoding: {
      kind: 'choice',
      label: 'Bits over depth',
      initial: 'layers',
      choices: ['layers', ...Object.keys(curves)],
    },
    tasks: { kind: 'choice', label: 'Shares of the fine-tuning', initial: '0, 1/4, 1', choices: Object.keys(LADDERS) },
    rules: { kind: 'choice', label: 'Rules', initial: 'own', choices: Object.keys(RULES) },
    every: { kind: 'number', label: 'At the target one in', initial: 5, min: 1, max: 100, integer: true },
    price: { kind: 'number', label: 'Min. accuracy gain per bit', initial: 0, min: 0, max: 0.1, integer: false },
    batch: { kind: 'number', label: 'Configs measured at a time', initial: 1, min: 1, max: 64, integer: true },
  },
  search: (problem, options, from) => {
    const settings = readSettings(options, problem.evaluator.steps);
    const encoding = encodingOf(problem.space, String(options.encoding), options.rules === 'published');
    return new MtgpSearch(problem, settings, encoding).run(from);
  },
};
