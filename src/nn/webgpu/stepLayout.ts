// Positions of everything in the flat buffers that all layers of a compiled step share, their initial contents, and the
// blocks of the update. Positions are counted in f32 and begin at multiples of 64.
import { learnedInputName, learnedKernelName } from '../../graph/learned';
import { type Network, type Parameter, parameterName } from '../../graph/network';
import { type BitPolicy, isRounded } from '../../graph/policy';
import { gridGradientScale } from '../../quant/learnedGrid';
import { inverseScale } from '../../quant/uniformGrid';
import type { ActivationRounding } from '../../rounding/activationRounding';
import { inputRoundings } from '../../rounding/layers';
import type { Rounding } from '../../rounding/rounding';
import { learnedInputs, learnedKernels } from '../learned';
import { filterGradSplits } from './convFilterGrad';
import { headRow } from './headKernel';
import type { WeightBlock, WeightGroup } from './roundWeights';
import { type ParameterPlace, SLOTS } from './stepPlan';
import { type Conv, NotCompilableError, type TrainingGraph } from './trainingGraph';
import { BLOCK, METRICS, type UpdateBlock } from './updateKernels';
import { type KernelPlaces, roundedKernel, type Update } from './weightGroups';
import { type InputRounding, NORM_ROWS } from './wgsl';

const ROOMS = ['params', 'state', 'grads', 'partials', 'running'] as const;
type Room = (typeof ROOMS)[number];

/** A rounding of activations: in `state`, and the gradients of what it learns in `grads`. */
export interface RoundingPlaces {
  readonly rounds: InputRounding;
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
  readonly input?: RoundingPlaces;
}

export class StepLayout {
  readonly sizes: Record<Room, number> = { params: 0, state: 0, grads: 0, partials: 0, running: 0 };
  readonly convs = new Map<string, ConvPlaces>();
  readonly parameters = new Map<string, ParameterPlace>();
  readonly updates: UpdateBlock[] = [];
  /** Of rounded weights. */
  readonly groups: WeightGroup[] = [];
  readonly blocks: WeightBlock[] = [];
  /** Dense layer: its kernel and bias in `state`; rows of the head in `partials`. */
  readonly dense: { readonly at: number; readonly rows: number; readonly input?: RoundingPlaces };
  /** In `params`: loss and correct predictions of each of the latest steps. */
  readonly metrics: number;
  private readonly starts: { readonly room: Room; readonly at: number; readonly values: ArrayLike<number> }[] = [];
  private readonly policy: BitPolicy;
  private readonly inputs: ReadonlyMap<string, ActivationRounding>;
  private readonly learned: ReadonlyMap<string, Parameter>;

  constructor(
    private readonly network: Network,
    private readonly rounding: Rounding | undefined,
    graph: TrainingGraph,
    workgroups: number,
  ) {
    this.policy = rounding?.policy ?? {};
    this.inputs = rounding ? inputRoundings(network, rounding) : new Map();
    this.learned = new Map(
      rounding && [
        ...learnedKernels(network, rounding.policy, rounding.scheme),
        ...learnedInputs(this.inputs, rounding.policy),
      ],
    );
    for (const step of graph.steps) if ('geometry' in step) this.addConv(step, workgroups);
    this.dense = this.addDense(graph);
    this.metrics = this.take('params', METRICS * SLOTS);
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

  private addUpdates({ param, count, ...block }: Update): void {
    for (let i = 0; i < count; i += BLOCK) {
      const { copy } = block;
      const moved = { param: param + i, count: Math.min(BLOCK, count - i), gradient: block.gradient + i };
      this.updates.push({ ...block, ...moved, ...(copy !== undefined && { copy: copy + i }) });
    }
  }

  /** A kernel, which other kernels read from `state`. */
  private addKernel(id: string, places: KernelPlaces): void {
    const bits = this.policy[id]?.weights;
    const { rounding } = this;
    if (rounding === undefined || bits === undefined || !isRounded(bits)) {
      const { state, ...block } = places;
      this.addUpdates({ ...block, from: 'partials', scale: 1, rule: 'decayed', copy: state });
      return;
    }
    const { scheme } = rounding;
    const name = learnedKernelName(id, scheme, bits);
    const kernel = this.parameter(parameterName(id, 'kernel'));
    const learned = this.learned.get(name);
    const found = roundedKernel(places, kernel, scheme, bits, learned, (...room) => this.take(...room));
    this.groups.push(...found.groups);
    this.blocks.push(...found.blocks);
    for (const update of found.updates) this.addUpdates(update);
    if (learned && found.learned !== undefined)
      this.parameters.set(name, { room: 'params', at: found.learned, shape: learned.shape });
  }

  /**
   * The rounding of a layer's input of `count` numbers, if there is one; the gradient of what it learns is the sum of `splits`.
   * @throws NotCompilableError for other roundings than kernels know.
   */
  private addInput(
    id: string,
    count: number,
    sum: Pick<UpdateBlock, 'from' | 'gradient' | 'splits' | 'stride'>,
  ): RoundingPlaces | undefined {
    const rounding = this.inputs.get(id);
    if (rounding === undefined) return undefined;
    const { quantizer } = rounding;
    if (quantizer === 'bfp') throw new NotCompilableError(`"${id}" reads block floating point`);
    const { scale, offset, maxCode } = rounding.grid;
    if (quantizer === 'uniform' && offset !== 0) throw new NotCompilableError(`"${id}" rounds numbers below zero`);
    const levels = (step: number, last: number) => this.take('state', 4, [step, inverseScale(step), maxCode, last]);
    const places = { rounds: quantizer, gradient: sum.gradient };
    if (quantizer === 'uniform') return { ...places, state: levels(scale, 0) };
    const name = learnedInputName(id, quantizer, this.policy[id].activations);
    const { shape, values } = this.learned.get(name) as Parameter;
    const param = this.take('params', values.length, values);
    this.parameters.set(name, { room: 'params', at: param, shape });
    const [first] = values;
    const state = quantizer === 'pact' ? levels(Math.fround(first / maxCode), first) : levels(first, offset);
    const rule = ({ lsq: 'step', pact: 'clip', lsqPlus: 'levels' } as const)[quantizer];
    const factor = quantizer === 'pact' ? 1 : gridGradientScale(count, maxCode);
    this.addUpdates({ ...sum, scale: factor, rule, param, count: 1, copy: state });
    return { ...places, state };
  }

  private addConv({ id, norm, geometry, reads }: Conv, workgroups: number): void {
    const { n, h, w, ci, co, k } = geometry;
    const count = k * k * ci * co;
    const kernel = this.addParameters('params', id, ['kernel']);
    const weights = this.take('state', count, this.parameter(parameterName(id, 'kernel')).values);
    const { splits, slots } = filterGradSplits(geometry, workgroups);
    const partials = this.take('partials', count * slots);
    this.addKernel(id, {
      ...{ param: kernel, count, state: weights, gradient: partials, splits: slots, stride: count },
    });
    const gamma = this.addParameters('params', norm.id, ['gamma', 'beta']);
    const gammaGradient = this.take('grads', 2 * co);
    const one = { from: 'grads', splits: 1, stride: 0 } as const;
    this.addUpdates({ ...one, param: gamma, count: 2 * co, gradient: gammaGradient, scale: 1, rule: 'plain' });
    const input = this.addInput(id, n * h * w * ci, { ...one, gradient: this.take('grads', 2) });
    if (input && reads.kind === 'image') throw new NotCompilableError(`"${id}" rounds the image`);
    this.convs.set(id, {
      ...{ weights, gamma, gammaGradient, partials, splits },
      norm: this.take('state', NORM_ROWS * co),
      running: this.addParameters('running', norm.id, ['mean', 'variance']),
      ...(input && { input }),
    });
  }

  private addDense({ dense: { id, units }, last }: TrainingGraph): StepLayout['dense'] {
    const n = last.conv.geometry.n;
    const row = headRow(last.c, units);
    const param = this.addParameters('params', id, ['kernel', 'bias']);
    const values = ['kernel', 'bias'].flatMap((part) => [...this.parameter(parameterName(id, part)).values]);
    const state = this.take('state', values.length, values);
    const rows = this.take('partials', n * row.length);
    const sum = { splits: n, stride: row.length } as const;
    this.addKernel(id, { ...sum, param, count: row.bias, state, gradient: rows });
    const bias = { param: param + row.bias, count: units, gradient: rows + row.bias, copy: state + row.bias };
    this.addUpdates({ ...sum, ...bias, from: 'partials', scale: 1, rule: 'plain' });
    const input = this.addInput(id, n * last.c, { ...sum, from: 'partials', gradient: rows + row.step });
    return { at: state, rows, ...(input && { input }) };
  }

  /** The last block: sums the losses and the correct predictions of a step's images. */
  metricsBlock({ dense: { units }, last }: TrainingGraph): UpdateBlock {
    const row = headRow(last.c, units);
    return {
      ...{ param: this.metrics, count: METRICS, from: 'partials', gradient: this.dense.rows + row.loss },
      ...{ splits: last.conv.geometry.n, stride: row.length, scale: 1, rule: 'metrics' },
    };
  }
}
