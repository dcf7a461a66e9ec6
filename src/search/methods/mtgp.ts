// MTGP: a multi-task Gaussian process over policies and amounts of fine-tuning. Cheap measurements after little or no
// fine-tuning are taken where they are most informative about the target task per cost; now and then the most promising
// policy is measured at the target. Differences from the released code, with reasons: docs/decisions/0015-mtgp.md.
// Reference: M. Gennari do Nascimento, T. W. Costain, V. A. Prisacariu, "Finding non-uniform quantization schemes using
// multi-task Gaussian processes", ECCV 2020 (arXiv 2007.07743).

import type { Inference } from '../belief/belief';
import { curveEncoding, type Encoding, layerEncoding } from '../belief/candidates';
import { type CurveId, curves } from '../belief/curves';
import { MtgpSearch, type MtgpSettings } from '../belief/mtgpSearch';
import { type OptionValues, RULES_OPTION, type SearchMethod, tying } from '../method';
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
type Rules = Omit<MtgpSettings, 'steps' | 'inference' | 'every' | 'bitPrice' | 'batch'>;

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
    form: { kernel: 'rbf', uniform: true },
    lower: 'accuracy',
    start: 1,
    focus: Number.POSITIVE_INFINITY,
    cost: 'equal',
    noisyBound: true,
    confirm: false,
  },
} as const satisfies Record<string, Rules>;

function encodingOf(space: Space, encoding: string, released: boolean): Encoding {
  return encoding === 'layers' ? layerEncoding(space) : curveEncoding(space, curves[encoding as CurveId], released);
}

/** Steps of the tasks: distinct shares of the target's steps. */
function ladder(shares: readonly number[], most: number): number[] {
  return [...new Set(shares.map((share) => Math.floor(share * most)))];
}

/** The settings for the option values; `steps` are the target's. */
export function readSettings({ rules, tasks, models, every, price, batch }: OptionValues, steps: number): MtgpSettings {
  return {
    ...RULES[rules as keyof typeof RULES],
    steps: ladder(LADDERS[tasks], steps),
    inference: models as Inference,
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
  differs:
    'Models are drawn by slice sampling, 8 after each measurement; the released code draws 100 by Hamiltonian Monte Carlo (NUTS). A config and its amount of fine-tuning are chosen together, nothing is measured twice, at most 256 configs are compared at a time, and every config stays within the limits. Accuracy is measured on validation images, and amounts of fine-tuning are shares of yours. To match the paper, choose DSConv in blocks of 32, activations as wide as the weights (2 bits for 1-bit weights), and lock the last layer at float.',
  options: {
    rules: RULES_OPTION,
    encoding: {
      kind: 'choice',
      label: 'Bits over depth',
      initial: 'layers',
      published: 'linear',
      choices: [...Object.keys(curves), 'layers'],
    },
    tasks: {
      kind: 'choice',
      label: 'Fine-tuning amounts (shares of yours)',
      initial: '0, 1/4, 1',
      published: '0, 1/10, 1/5, 1',
      choices: Object.keys(LADDERS),
    },
    models: {
      kind: 'choice',
      label: 'Accuracy models',
      initial: 'most probable',
      published: 'sampled',
      choices: ['most probable', 'sampled'] satisfies Inference[],
    },
    every: {
      kind: 'number',
      label: 'Full fine-tuning once every (configs)',
      initial: 5,
      min: 1,
      max: 100,
      integer: true,
    },
    price: {
      kind: 'number',
      label: 'Min. accuracy gain per bit',
      initial: 0,
      published: 0.001,
      min: 0,
      max: 0.1,
      integer: false,
    },
    batch: { kind: 'number', label: 'Configs measured at a time', initial: 1, min: 1, max: 64, integer: true },
  },
  search: (asked, options, from) => {
    const released = options.rules === 'published';
    const problem = released ? tying(asked, 'shortcuts') : asked;
    const settings = readSettings(options, problem.evaluator.steps);
    const encoding = encodingOf(problem.space, String(options.encoding), released);
    return new MtgpSearch(problem, settings, encoding).run(from);
  },
};
