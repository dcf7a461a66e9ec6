// Random states of the desk, as links hold them.
import fc from 'fast-check';
import { datasets } from '../../data/registry';
import { branchesOf } from '../../graph/branches';
import { type Architecture, layersOf } from '../../graph/network';
import { BIT_WIDTHS, type BitPolicy, SKIPPED } from '../../graph/policy';
import { closeSkips } from '../../graph/skips';
import { clampPolicy } from '../../policy/widths';
import { activationQuantizers } from '../../quant/activationRegistry';
import type { Calibration } from '../../quant/calibration';
import type { ActivationQuantizerId, Granularity } from '../../quant/quantizer';
import { type QuantizerId, type QuantScheme, quantizerOf, quantizers, withCalibration } from '../../quant/registry';
import { type NetworkId, networks } from '../../zoo/registry';
import { LESSON_IDS } from '../state/lessons';
import { PIN_NAMES } from '../state/pins';
import { METHOD_IDS } from '../state/searchForm';
import { HIDEABLE } from '../state/shared';
import type { LinkState } from './codecs';
import { firstState } from './link';

const anyScheme: fc.Arbitrary<QuantScheme> = fc
  .constantFrom(...(Object.keys(quantizers) as QuantizerId[]))
  .chain((id) =>
    fc
      .record({
        kind: fc.constantFrom(...quantizerOf(id).granularities),
        size: fc.integer({ min: 1, max: 512 }),
        range: fc.constantFrom(undefined, 'percentile' as const, 'mse' as const, 'hessian' as const),
        scaleBits: fc.constantFrom(undefined, 16 as const, '16-first32' as const),
        activations: fc.constantFrom(...(Object.keys(activationQuantizers) as ActivationQuantizerId[])),
        calibration: fc.record({
          range: fc.constantFrom('minMax', 'percentile', 'mse'),
          correction: fc.constantFrom('none', 'bias', 'batchNorm'),
          batchNorm: fc.constantFrom('keep', 'fold'),
          images: fc.constantFrom(256, 1000),
          rounding: fc.constantFrom('nearest', 'gptq', 'adaround'),
          independent: fc.boolean(),
          equalize: fc.boolean(),
          synthesize: fc.boolean(),
        } satisfies { [K in keyof Calibration]-?: fc.Arbitrary<Calibration[K]> }),
      })
      .map(({ kind, size, range, scaleBits, activations, calibration }) => ({
        ...withCalibration({ quantizer: id, granularity: 'tensor' }, calibration),
        quantizer: id,
        granularity: (kind === 'block' ? `block:${size}` : kind) as Granularity,
        ...(range && { range }),
        ...(scaleBits && quantizerOf(id).halfScales && { scaleBits }),
        ...(activations !== 'uniform' && { activations }),
      })),
  );

const share = (max: number) => fc.double({ min: 0, max, noNaN: true }).map((value) => Math.abs(value));
const trainingOptions: fc.Arbitrary<LinkState['trainingOptions']> = fc.record({
  epochs: fc.integer({ min: 1, max: 300 }),
  batchSize: fc.integer({ min: 4, max: 512 }),
  learningRate: fc.double({ min: 1e-6, max: 10, noNaN: true }),
  schedule: fc.constantFrom('cosine', 'one-cycle'),
  momentum: share(1),
  weightDecay: share(1),
  labelSmoothing: share(0.5),
  augment: fc.boolean(),
  imagesPerEpoch: fc.integer({ min: 32, max: 50_000 }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fromScratch: fc.boolean(),
  quantizationAware: fc.boolean(),
  learnFrom: fc.constantFrom('labels', 'float'),
  temperature: fc.double({ min: 0.1, max: 100, noNaN: true }),
  damping: share(1),
  shards: fc.constantFrom('1', '2', '4', '8'),
});

/** Search forms as in links: initial values for everything that is not chosen. */
const anyForm = (ids: readonly string[]): fc.Arbitrary<LinkState['searchForm']> =>
  fc
    .record({
      method: fc.constantFrom(...METHOD_IDS),
      options: fc.constantFrom({}, { steps: 120, rate: 1e-7 }, { tasks: '0-1-4-1', every: 3 }),
      budget: fc.constantFrom(['evaluations', 12], ['minutes', 0.5], ['images', 123_456]) as fc.Arbitrary<
        [LinkState['searchForm']['budgetKind'], number]
      >,
      limit: fc.constantFrom(
        ['memory', null],
        ['memory', 19.1],
        ['compression', 16],
        ['bitOps', 120.5],
        ['loss', 1.5],
        ['loss', null],
        ['none', null],
      ),
      weights: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 32] as const, { minLength: 1 }),
      activations: fc.constantFrom('eight', 'float', 'asWeights', 'pairs', 'searched'),
      ties: fc.constantFrom('none', 'shortcuts', 'blocks'),
      locked: fc.shuffledSubarray([...ids]),
      images: fc.integer({ min: 16, max: 5000 }),
      steps: fc.nat(100_000),
      seed: fc.nat(2 ** 31),
      useMine: fc.boolean(),
    })
    .map(({ options, budget: [budgetKind, amount], limit: [limitKind, most], ...form }) => {
      const first = firstState('tiny', networks.tiny.build([32, 32, 3], 10)).searchForm;
      return {
        ...form,
        options: Object.keys(options).length === 0 ? {} : { [form.method]: options },
        budgetKind,
        budgets: { ...first.budgets, [budgetKind]: amount },
        limitKind: limitKind as LinkState['searchForm']['limitKind'],
        limits: { ...first.limits, ...(limitKind !== 'none' && { [limitKind as string]: most }) },
      } as LinkState['searchForm'];
    });

/** Any state of the desk that a link can hold, for a network. */
export function anyState(networkId: NetworkId, architecture: Architecture): fc.Arbitrary<LinkState> {
  const ids = layersOf(architecture).map(({ id }) => id);
  const width = fc.record({
    weights: fc.constantFrom(...BIT_WIDTHS),
    activations: fc.constantFrom(...BIT_WIDTHS.filter((bits) => bits > 1)),
  });
  const mixed = fc.array(width, { minLength: ids.length, maxLength: ids.length });
  const branches = branchesOf(architecture);
  const leftOut = fc.subarray(branches.flatMap(({ layers }) => layers));
  const uniform = width.map((bits) => ids.map(() => bits));
  const policy = fc
    .tuple(fc.oneof(mixed, uniform), leftOut)
    .map(
      ([bits, out]): BitPolicy =>
        closeSkips(
          branches,
          Object.fromEntries(ids.map((id, i) => [id, out.includes(id) ? { ...bits[i], weights: SKIPPED } : bits[i]])),
        ),
    );
  return (
    fc
      .record({
        networkId: fc.constant(networkId),
        architecture: fc.constant(architecture),
        policy,
        pins: fc
          .subarray([...PIN_NAMES])
          .chain((names) => fc.tuple(...names.map((name) => policy.map((policy) => ({ name, policy }))))),
        datasetId: fc.constantFrom(...(Object.keys(datasets) as (keyof typeof datasets)[])),
        scheme: anyScheme,
        trainingOptions,
        budget: fc.option(
          fc.record({
            bytes: fc.double({ min: 1024, max: 1e9, noNaN: true }),
            mode: fc.constantFrom('warn', 'hold'),
          }),
        ),
        board: fc.option(
          fc.record({
            device: fc.constantFrom('nucleo-l4r5zi', 'nucleo-l4r5zi/x-cube-ai'),
            flash: fc.option(fc.integer({ min: 1, max: 1e9 })),
            ram: fc.option(fc.integer({ min: 1, max: 1e9 })),
            latencyMs: fc.option(fc.double({ min: 0.001, max: 1e6, noNaN: true })),
          }),
        ),
        measuredAs: fc.constantFrom('page', 'tflm', 'litert'),
        tensorMode: fc.constantFrom('weights', 'activations', 'both'),
        axis: fc.constantFrom('memory', 'bitOps', 'averageBits', 'flash', 'ram', 'latency', 'energy'),
        tab: fc.constantFrom('tune', 'plot', 'images', 'layer', 'train', 'search', 'learn'),
        lesson: fc.constantFrom(null, ...LESSON_IDS),
        selection: fc.shuffledSubarray(ids),
        inspected: fc.constantFrom(null, ...ids),
        inspector: fc.constantFrom('weights', 'activations'),
        image: fc.nat(9_999_999),
        challenge: fc.option(
          fc.oneof(
            fc.record({
              kind: fc.constant('small' as const),
              points: fc.integer({ min: 0, max: 400 }).map((n) => n / 4),
            }),
            fc.record(
              {
                kind: fc.constant('accurate' as const),
                bytes: fc.integer({ min: 1, max: 100_000 }).map((n) => (n * 1024) / 8),
                atLeast: fc.integer({ min: 1, max: 1000 }).map((n) => n / 10),
              },
              { requiredKeys: ['kind', 'bytes'] },
            ),
          ),
        ),
        by: fc
          .string({ maxLength: 40, unit: 'grapheme' })
          .map((name) => name.replace(/\p{Cc}/gu, '').trim())
          .filter((name) => [...name].length <= 40),
        hidden: fc.shuffledSubarray([...HIDEABLE]).map((some) => HIDEABLE.filter((part) => some.includes(part))),
        fixedSeed: fc.option(fc.nat(1_000_000)),
        projected: fc.boolean(),
        searchForm: anyForm(ids),
      })
      // The desk has only widths that the scheme supports.
      .map((state) => {
        const clamped = (policy: BitPolicy) => clampPolicy(policy, state.scheme);
        const pins = state.pins.map((pin) => ({ ...pin, policy: clamped(pin.policy) }));
        return { ...state, policy: clamped(state.policy), pins };
      })
  );
}
