// The forward pass of a training step: each convolution with the loader and epilogue that it runs for its neighbors,
// followed by its batch norm's coefficients.
import type { Network } from '../../graph/network';
import type { Rounding } from '../../rounding/rounding';
import { normForward, normSumsSlots } from './batchNormKernels';
import { convForward, forwardTile, forwardTiles } from './convForward';
import { inputGradSlots, inputGradTile } from './convInputGrad';
import { type PoolGeometry, poolForward, poolSlots } from './poolKernels';
import { type ConvPlaces, StepLayout } from './stepLayout';
import type { Dispatch, PlanOptions } from './stepPlan';
import type { TileOptions } from './threadTile';
import {
  type Conv,
  type Join,
  NotCompilableError,
  type Point,
  type PoolPoint,
  type TrainingGraph,
  trainingGraph,
} from './trainingGraph';
import type { Kernel, Places, Shortcut } from './wgsl';

/** Size of a convolution's output. */
export const outputs = ({ geometry: { n, oh, ow, co } }: Conv) => n * oh * ow * co;
/** Names of activations and gradients. */
export const name = {
  /** A convolution's output. */
  z: (conv: Conv) => `z:${conv.id}`,
  /** Gradient at the output of its batch norm. */
  g: (conv: Conv) => `g:${conv.id}`,
  /** A point that is stored. */
  x: (point: Join | PoolPoint) => `x:${(point.kind === 'pool' ? point.of : point).conv.id}`,
};

export class ForwardPlan {
  protected readonly graph: TrainingGraph;
  protected readonly layout: StepLayout;
  protected readonly dispatches: Dispatch[] = [];
  /** Sizes of activations and gradients, which share memory if their lifetimes allow. */
  protected readonly passing = new Map<string, number>();
  protected readonly tiles: TileOptions;
  /** Words of `part` used by a batch norm's sums; after them, twice, those of a learned step's gradient. */
  protected readonly normPart: number;
  protected readonly stepPart: number;

  constructor(
    network: Network,
    protected readonly rounding: Rounding | undefined,
    protected readonly options: PlanOptions,
  ) {
    this.graph = trainingGraph(network, options.batch);
    this.tiles = { pixels: options.pixels ?? 4, workgroups: options.workgroups ?? 512 };
    this.layout = new StepLayout(network, rounding, this.graph, this.tiles.workgroups);
    const { last, steps } = this.graph;
    const [norms, sums] = [[2 * options.batch * last.c], [0]];
    for (const step of steps)
      if ('geometry' in step) {
        const { geometry } = step;
        const { n, oh, ow, ci, co } = geometry;
        const { down, across } = forwardTiles(geometry, forwardTile(geometry, this.tiles));
        norms.push(2 * co * Math.max(n * down * across, normSumsSlots(n * oh * ow)));
        if (ci % 4 > 0) continue;
        const slots = inputGradSlots(geometry, inputGradTile(geometry, this.tiles));
        norms.push(2 * ci * slots.norm);
        sums.push(4 * slots.step);
      } else norms.push(2 * step.c * poolSlots(poolGeometry(step)));
    this.normPart = Math.max(...norms);
    this.stepPart = Math.max(...sums);
  }

  protected add(kind: string, kernel: Kernel, bindings: Readonly<Record<string, string>>, places: Places = {}): void {
    this.dispatches.push({ kind, kernel, bindings, places });
  }

  protected passes(buffer: string, size: number): string {
    this.passing.set(buffer, size);
    return buffer;
  }

  protected placesOf(conv: Conv): ConvPlaces {
    return this.layout.convs.get(conv.id) as ConvPlaces;
  }

  /** Where a layer's input is stored; a join's only once its first reader has stored it. */
  protected found(point: Point): { source: 'stored' | 'norm'; buffer: string; norm: number } {
    if (point.kind === 'image') return { source: 'stored', buffer: 'image', norm: 0 };
    if (point.kind === 'norm')
      return { source: 'norm', buffer: name.z(point.conv), norm: this.placesOf(point.conv).norm / 4 };
    const buffer = name.x(point);
    if (!this.passing.has(buffer)) throw new NotCompilableError(`"${buffer}" is needed before its first layer runs.`);
    const conv = point.kind === 'pool' ? point.of.conv : point.conv;
    return { source: 'stored', buffer, norm: this.placesOf(conv).norm / 4 };
  }

  protected shortcutOf({ from }: Join): { shortcut: Shortcut; buffer: string; norm: number } {
    if ('projection' in from) {
      const norm = this.placesOf(from.projection).norm / 4;
      return { shortcut: { kind: 'linear' }, buffer: name.z(from.projection), norm };
    }
    const { source, buffer, norm } = this.found(from.point);
    const half = from.half && { half: { channels: from.point.c } };
    return { shortcut: { kind: source, ...half }, buffer, norm };
  }

  protected forward(conv: Conv): void {
    const { geometry, reads, id } = conv;
    const { weights, norm: own, gamma, running, input } = this.placesOf(conv);
    const z = this.passes(name.z(conv), outputs(conv));
    const tile = forwardTile(geometry, this.tiles);
    const rounds = input?.rounds;
    const places = { weights: weights / 4, ...(input && { step: input.state / 4 }) };
    const bindings = { state: 'state', out: z, part: 'part' };
    if (reads.kind === 'join' && reads.readers[0].id === id) {
      const { shortcut, buffer, norm } = this.shortcutOf(reads);
      const joined = this.passes(name.x(reads), outputs(reads.conv));
      const kernel = convForward(geometry, { source: 'join', rounds, shortcut, tile });
      const all = { ...places, norm: this.placesOf(reads.conv).norm / 4, shortcut: norm };
      this.add('convForward', kernel, { ...bindings, src: name.z(reads.conv), short: buffer, joined }, all);
    } else {
      const { source, buffer, norm } = this.found(reads);
      this.add(
        'convForward',
        convForward(geometry, { source, rounds, tile }),
        { ...bindings, src: buffer },
        { ...places, norm },
      );
    }
    this.add(
      'normForward',
      normForward(geometry, tile, conv.norm.epsilon),
      { part: 'part', state: 'state', params: 'params', running: 'running', halt: 'halt' },
      { own: own / 4, gamma: gamma / 4, running: running / 4 },
    );
  }

  protected pool(point: PoolPoint): void {
    const geometry = poolGeometry(point);
    const out = this.passes(name.x(point), geometry.n * point.h * point.w * point.c);
    const { buffer, norm } = this.found(point.of);
    this.add('poolForward', poolForward(geometry), { z: buffer, state: 'state', out }, { norm });
  }
}

export function poolGeometry({ of, size }: PoolPoint): PoolGeometry {
  return { n: of.conv.geometry.n, h: of.h, w: of.w, c: of.c, size };
}
