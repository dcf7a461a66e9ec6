// Positions of everything in the flat buffers that all layers of a compiled step share, their initial contents, and the
// blocks of the update. Positions are counted in f32 and begin at multiples of 64.
import { learnedInputName, learnedKernelName } from '../../graph/learned';
import { type Network, type Parameter, parameterName } from '../../graph/network';
import { type BitPolicy, isRounded } from '../../graph/policy';
import { lsqCodes, stepGradientScale } from '../../quant/lsq';
import { MAX_FLOAT32 } from '../../quant/uniformGrid';
import { inputRoundings } from '../../rounding/layers';
import type { Rounding } from '../../rounding/rounding';
import { learnedInputs, learnedKernels } from '../learned';
import { filterGradSplits } from './convFilterGrad';
import { headRow } from './headKernel';
import { type Conv, NotCompilableError, type TrainingGraph } from './trainingGraph';
import { BLOCK, type RoundingGradBlock, type UpdateBlock } from './updateKernels';
import { NORM_ROWS } from './wgsl';

const ROOMS = ['params', 'state', 'grads', 'partials', 'running'] as const;
type Room = (typeof ROOMS)[number];

/** A learned step: in `state`, and its gradient in `grads`. */
export interface StepPlaces {
  readonly state: number;
  readonly gradient: number;
}

export interface ConvPlaces {
  /** In `state`: weights as used in the step; coefficients of the batch norm. */
  readonly weights: number;
  readonly norm: number;
  /** In `params`, and of their gradients in `grads`: gamma, then beta. */
  readonly gamma: number;
  readonly gammaGradient: number;
  readonly running: number;
  /** In `partials`. */
  readonly partials: number;
  readonly splits: number;
  readonly inputStep?: StepPlaces;
}

/** Where a parameter's values are. */
export interface ParameterPlace {
  readonly room: 'params' | 'running';
  readonly at: number;
  readonly shape: readonly number[];
}

export class StepLayout {
  readonly sizes: Record<Room, number> = { params: 0, state: 0, grads: 0, partials: 0, running: 0 };
  readonly convs = new Map<string, ConvPlaces>();
  readonly parameters = new Map<string, ParameterPlace>();
  readonly updates: UpdateBlock[] = [];
  /** For weights rounded by a step; here `out` is in `grads`. */
  readonly roundings: { readonly forward: number; readonly backward: RoundingGradBlock }[] = [];
  /** Dense layer: its kernel and bias, in `state` if rounded, otherwise in `params`; rows of the head in `partials`. */
  readonly dense: {
    readonly room: 'params' | 'state';
    readonly at: number;
    readonly rows: number;
    readonly step?: number;
  };
  /** In `params`: sums of losses and of correct predictions. */
  readonly metrics: number;
  private readonly starts: { readonly room: Room; readonly at: number; readonly values: ArrayLike<number> }[] = [];
  private readonly policy: BitPolicy;
  private readonly learned: ReadonlyMap<string, Parameter>;

  constructor(
    private readonly network: Network,
    private readonly rounding: Rounding | undefined,
    graph: TrainingGraph,
    workgroups: number,
  ) {
    this.policy = rounding?.policy ?? {};
    this.learned = startsOf(network, rounding);
    for (const step of graph.steps) if ('geometry' in step) this.addConv(step, workgroups);
    this.dense = this.addDense(graph);
    this.metrics = this.take('params', 2);
  }

  /** Initial contents of a shared buffer. */
  start(room: Room): Float32Array<ArrayBuffer> {
    const data = new Float32Array(Math.max(BLOCK, this.sizes[room]));
    for (const { room: other, at, values } of this.starts) if (other === room) data.set(values, at);
    return data;
  }

  private take(room: Room, count: number, values?: ArrayLike<number>): number {
    const at = this.sizes[room];
    this.sizes[room] += Math.ceil(count / BLOCK) * BLOCK;
    if (values) this.starts.push({ room, at, values });
    return at;
  }

  private parameter(name: string): Parameter {
    return this.network.parameters.get(name) as Parameter;
  }

  /** Parameters, one after the other. */
  private addParameters(room: 'params' | 'running', node: string, parts: readonly string[]): number {
    const found = parts.map((part) => [parameterName(node, part), this.parameter(parameterName(node, part))] as const);
    const values = found.flatMap(([, parameter]) => [...parameter.values]);
    const at = this.take(room, values.length, values);
    let next = at;
    for (const [name, { shape, values: own }] of found) {
      this.parameters.set(name, { room, at: next, shape });
      next += own.length;
    }
    return at;
  }

  /** A learned step as a parameter, and as kernels read it. */
  private addStep(name: string, codes: readonly [min: number, max: number], signed: boolean) {
    const start = this.learned.get(name) as Parameter;
    const [step] = start.values;
    const param = this.take('params', 1, start.values);
    this.parameters.set(name, { room: 'params', at: param, shape: start.shape });
    const words = [
      step,
      Math.min(Math.fround(1 / step), MAX_FLOAT32),
      ...(signed ? [-codes[0], codes[1]] : [codes[1], 0]),
    ];
    return { param, state: this.take('state', 4, words) };
  }

  private addUpdates(block: Omit<UpdateBlock, 'param' | 'count'>, param: number, count: number): void {
    for (let i = 0; i < count; i += BLOCK) {
      const { copy } = block;
      const moved = { param: param + i, count: Math.min(BLOCK, count - i), gradient: block.gradient + i };
      this.updates.push({ ...block, ...moved, ...(copy !== undefined && { copy: copy + i }) });
    }
  }

  /** A kernel of `count` weights, whose gradient is in `partials`; kernels read it from `state`. */
  private addKernel(
    id: string,
    param: number,
    count: number,
    state: number,
    gradient: number,
    splits: number,
    stride: number,
  ) {
    const bits = this.policy[id]?.weights;
    const { rounding } = this;
    if (rounding === undefined || bits === undefined || !isRounded(bits)) {
      const block = { from: 'partials', gradient, splits, stride, scale: 1, rule: 'decayed', copy: state } as const;
      this.addUpdates(block, param, count);
      return;
    }
    const step = this.addStep(learnedKernelName(id, rounding.scheme, bits), lsqCodes(bits, true), true);
    const masked = this.take('grads', count);
    const blocks = Math.ceil(count / BLOCK);
    const stepGradients = this.take('grads', blocks);
    for (let block = 0; block < blocks; block++) {
      const i = block * BLOCK;
      this.roundings.push({
        forward: state + i,
        backward: {
          ...{ param: param + i, count: Math.min(BLOCK, count - i), step: step.state, out: masked + i },
          ...{ gradient: gradient + i, splits, stride, stepGradient: stepGradients + block },
        },
      });
    }
    const one = { from: 'grads', splits: 1, stride: 0, scale: 1 } as const;
    this.addUpdates({ ...one, gradient: masked, rule: 'decayed' }, param, count);
    const scale = stepGradientScale(count, bits, true);
    const sum = { from: 'grads', gradient: stepGradients, splits: blocks, stride: 1, scale } as const;
    this.addUpdates({ ...sum, rule: 'step', copy: step.state }, step.param, 1);
  }

  /** The step of a layer's input of `count` numbers, if it is rounded; its gradient is the sum of `splits`. */
  private addInputStep(
    id: string,
    count: number,
    from: UpdateBlock['from'],
    gradient: number,
    splits: number,
    stride: number,
  ) {
    const bits = this.policy[id]?.activations;
    if (bits === undefined || !isRounded(bits)) return undefined;
    const step = this.addStep(learnedInputName(id, 'lsq', bits), lsqCodes(bits, false), false);
    const scale = stepGradientScale(count, bits, false);
    this.addUpdates({ from, gradient, splits, stride, scale, rule: 'step', copy: step.state }, step.param, 1);
    return { state: step.state, gradient };
  }

  private addConv({ id, norm, geometry }: Conv, workgroups: number): void {
    const { n, h, w, ci, co, k } = geometry;
    const count = k * k * ci * co;
    const kernel = this.addParameters('params', id, ['kernel']);
    const weights = this.take('state', count, this.parameter(parameterName(id, 'kernel')).values);
    const { splits, slots } = filterGradSplits(geometry, workgroups);
    const partials = this.take('partials', count * slots);
    this.addKernel(id, kernel, count, weights, partials, slots, count);
    const gamma = this.addParameters('params', norm.id, ['gamma', 'beta']);
    const gammaGradient = this.take('grads', 2 * co);
    const plain = { from: 'grads', gradient: gammaGradient, splits: 1, stride: 0, scale: 1, rule: 'plain' } as const;
    this.addUpdates(plain, gamma, 2 * co);
    const stepGradient = this.take('grads', 1);
    const inputStep = this.addInputStep(id, n * h * w * ci, 'grads', stepGradient, 1, 0);
    this.convs.set(id, {
      ...{ weights, gamma, gammaGradient, partials, splits },
      norm: this.take('state', NORM_ROWS * co),
      running: this.addParameters('running', norm.id, ['mean', 'variance']),
      ...(inputStep && { inputStep }),
    });
  }

  private addDense({ dense: { id, units }, last }: TrainingGraph): StepLayout['dense'] {
    const n = last.conv.geometry.n;
    const row = headRow(last.c, units);
    const params = this.addParameters('params', id, ['kernel', 'bias']);
    const values = ['kernel', 'bias'].flatMap((part) => [...this.parameter(parameterName(id, part)).values]);
    const state = this.take('state', values.length, values);
    const rows = this.take('partials', n * row.length);
    this.addKernel(id, params, row.bias, state, rows, n, row.length);
    const sum = { from: 'partials', splits: n, stride: row.length, scale: 1 } as const;
    this.addUpdates(
      { ...sum, gradient: rows + row.bias, rule: 'plain', copy: state + row.bias },
      params + row.bias,
      units,
    );
    const step = this.addInputStep(id, n * last.c, 'partials', rows + row.step, n, row.length);
    return { room: 'state', at: state, rows, ...(step && { step: step.state }) };
  }

  /** The last block: sums the losses and the correct predictions of a step. */
  metricsBlock({ dense: { units }, last }: TrainingGraph): UpdateBlock {
    const row = headRow(last.c, units);
    return {
      ...{ param: this.metrics, count: 2, from: 'partials', gradient: this.dense.rows + row.loss },
      ...{ splits: last.conv.geometry.n, stride: row.length, scale: 1, rule: 'add' },
    };
  }
}

/** Learned parameters besides weights, by name. @throws NotCompilableError for rounding other than by LSQ's steps. */
function startsOf(network: Network, rounding: Rounding | undefined): Map<string, Parameter> {
  if (rounding === undefined) return new Map();
  const { policy, scheme } = rounding;
  const rounded = Object.values(policy).some(({ weights }) => isRounded(weights));
  if (rounded && (scheme.quantizer !== 'lsq' || scheme.granularity !== 'tensor'))
    throw new NotCompilableError(`Weights rounded by ${scheme.quantizer} per ${scheme.granularity}.`);
  const inputs = inputRoundings(network, rounding);
  for (const [id, { quantizer }] of inputs)
    if (quantizer !== 'lsq') throw new NotCompilableError(`"${id}" rounds what it reads by ${quantizer}.`);
  return new Map([...learnedKernels(network, policy, scheme), ...learnedInputs(inputs, policy)]);
}
