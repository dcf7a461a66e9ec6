// A training step as a fixed list of dispatches over a fixed set of buffers: plain data, made once from a network and a
// rounding. One loader or epilogue does the work of many operations. The order is
//   the batch gathered; weights rounded; for each convolution itself, then its batch norm's coefficients; the head; for each convolution from the
//   last the gradient of its input, then of the batch norm before it, and of its filter; weights' rounding; the update.
import type { Network } from '../../graph/network';
import { withoutSkipped } from '../../graph/skips';
import type { QuantizerId } from '../../quant/registry';
import type { Rounding } from '../../rounding/rounding';
import { MIN_LEARNED } from '../learned';
import { normBackward, normSums, normSumsSlots } from './batchNormKernels';
import { convFilterGrad } from './convFilterGrad';
import { convInputGrad, inputGradSlots, inputGradTile } from './convInputGrad';
import { ForwardPlan, name, outputs, poolGeometry } from './forwardPlan';
import { gather, imageWords } from './gatherKernel';
import { head } from './headKernel';
import { poolBackward, poolSlots } from './poolKernels';
import { groupWords, roundWeights, roundWeightsBackward, weightStats, weightWords } from './roundWeights';
import { type BufferPlan, type HeldImages, type PlanOptions, type StepPlan, shareMemory } from './stepPlan';
import { MANY_PIXELS } from './threadTile';
import type { Conv, Join, NormPoint, Point, PoolPoint } from './trainingGraph';
import { BLOCK, update, updateWords } from './updateKernels';
import { LEARNED_NUMBERS } from './wgsl';

/** @throws NotCompilableError naming what the compiled step does not support. */
export function planStep(whole: Network, asked: Rounding | undefined, options: PlanOptions): StepPlan {
  const { network, policy } = withoutSkipped(whole, asked?.policy ?? {});
  return new TrainingPlan(network, asked && { ...asked, policy }, options).plan();
}

class TrainingPlan extends ForwardPlan {
  /** Sums of the gradients of learned roundings that are pending in `part`. */
  private pending: { readonly slots: number; readonly gradient: number }[] = [];
  /** Gradient at the output of a convolution's batch norm, once it is known. */
  private readonly gradients = new Map<string, string>();
  /** Gradients to be added to that of a point. */
  private readonly more = new Map<Point, { readonly buffer: string; readonly half?: { readonly channels: number } }>();

  plan(): StepPlan {
    const { layout, graph, dispatches } = this;
    const { groups, blocks } = layout;
    const updates = [...layout.updates, layout.metricsBlock(graph)];
    const shared = new Map<string, BufferPlan>([
      ['image', { size: this.options.batch * graph.image.h * graph.image.w * graph.image.c }],
      ['labels', { size: this.options.batch * ('labelSmoothing' in this.options.goal ? 1 : graph.dense.units) }],
      ['halt', { size: 1 }],
      ['velocity', { size: layout.sizes.params }],
      ['part', { size: this.normPart + 2 * this.stepPart }],
      ['updates', words(updateWords(updates))],
    ]);
    for (const room of ['params', 'state', 'grads', 'partials', 'running'] as const) {
      const data = layout.sizes[room];
      const starts = room === 'params' || room === 'state' || room === 'running';
      shared.set(room, starts ? words(layout.start(room)) : { size: Math.max(1, data) });
    }
    if (this.options.images) this.gather(this.options.images, shared);
    const quantizer = this.rounding?.scheme.quantizer as QuantizerId;
    if (blocks.length > 0) {
      shared.set('weightGroups', words(groupWords(groups)));
      shared.set('weightBlocks', words(weightWords(blocks)));
      const bindings = { params: 'params', state: 'state' };
      this.add('weightStats', weightStats(quantizer, groups), { ...bindings, groups: 'weightGroups' });
      this.add('roundWeights', roundWeights(quantizer, blocks.length), { ...bindings, blocks: 'weightBlocks' });
    }
    for (const step of graph.steps) 'geometry' in step ? this.forward(step) : this.pool(step);
    this.head();
    for (const step of [...graph.steps].reverse()) if ('geometry' in step) this.backward(step);
    if (blocks.length > 0)
      this.add('roundWeightsBackward', roundWeightsBackward(quantizer, blocks.length), {
        ...{ params: 'params', blocks: 'weightBlocks', state: 'state', partials: 'partials', grads: 'grads' },
      });
    this.add('update', update(updates, MIN_LEARNED, this.tiles.pixels === MANY_PIXELS ? 4 : BLOCK), {
      ...{ params: 'params', velocity: 'velocity', grads: 'grads', blocks: 'updates', state: 'state' },
      ...{ partials: 'partials', halt: 'halt' },
    });
    const { parameters, metrics } = layout;
    return { ...shareMemory(dispatches, this.passing, shared), parameters, metrics };
  }

  private gather({ count, table }: HeldImages, shared: Map<string, BufferPlan>): void {
    const { h, w, c } = this.graph.image;
    shared.set('pixels', { size: count * imageWords(h, w) });
    shared.set('shown', { size: 2 * this.options.batch });
    shared.set('table', words(table));
    const bindings = { pixels: 'pixels', shown: 'shown', table: 'table', image: 'image' };
    this.add('gather', gather({ n: this.options.batch, h, w, c }), bindings);
  }

  private head(): void {
    const { last, dense } = this.graph;
    const { h, w, c, conv, kind } = last;
    const { at, rows, input } = this.layout.dense;
    const short = kind === 'join' ? this.shortcutOf(last) : undefined;
    const { batch: n, goal } = this.options;
    const kernel = head({
      ...{ n, h, w, c, classes: dense.units, source: kind, rounds: input?.rounds, goal },
      ...(short && { shortcut: short.shortcut }),
    });
    const g = this.passes(name.g(conv), outputs(conv));
    const bindings = {
      src: name.z(conv),
      state: 'state',
      g,
      part: 'part',
      fc: 'partials',
      labels: 'labels',
      halt: 'halt',
    };
    this.add(
      'head',
      kernel,
      { ...bindings, ...(short && { short: short.buffer }) },
      {
        ...{ weights: at, norm: this.placesOf(conv).norm / 4, gradient: rows },
        ...(short && { shortcut: short.norm }),
        ...(input && { step: input.state / 4 }),
      },
    );
    this.arrive(last, g, n);
  }

  /** The gradient before a point's ReLU is in `g`, its batch norm's sums in `part`. */
  private arrive(point: NormPoint | Join, g: string, slots: number): void {
    this.gradients.set(point.conv.id, g);
    this.finishNorm(point.conv, slots);
    if (point.kind === 'norm') return;
    const { from } = point;
    if ('projection' in from) this.gradients.set(from.projection.id, g);
    else this.more.set(from.point, { buffer: g, ...(from.half && { half: { channels: point.c } }) });
  }

  private finishNorm(conv: Conv, slots: number): void {
    const { n, oh, ow, co } = conv.geometry;
    const { norm, gammaGradient } = this.placesOf(conv);
    const [first, second] = this.pending;
    const [sums, sums2] = [this.normPart / 4, (this.normPart + this.stepPart) / 4];
    this.add(
      'normBackward',
      normBackward(
        co,
        slots,
        n * oh * ow,
        this.pending.map((one) => one.slots),
      ),
      { part: 'part', state: 'state', grads: 'grads' },
      {
        ...{ own: norm / 4, gamma: gammaGradient },
        ...(first && { sums, gradient: first.gradient }),
        ...(second && { sums2, gradient2: second.gradient }),
      },
    );
    this.pending = [];
  }

  private backward(conv: Conv): void {
    const { id, geometry, reads } = conv;
    const g = this.gradients.get(id) as string;
    const { n, oh, ow, co } = geometry;
    const { norm: own, input, partials, splits } = this.placesOf(conv);
    if (reads.readers[0] !== conv) {
      // A projection: its batch norm gets the gradient of the sum, whose sums are the main branch's.
      const pixels = n * oh * ow;
      const bindings = { g, z: name.z(conv), state: 'state', part: 'part' };
      this.add('normSums', normSums(pixels, co), bindings, { own: own / 4 });
      this.finishNorm(conv, normSumsSlots(pixels));
    }
    const { source, buffer: src, norm } = this.found(reads);
    const places = { own: own / 4, norm, ...(input && { step: input.state / 4 }) };
    if (reads.kind !== 'image') this.inputGrad(conv, g, reads);
    this.add(
      'convFilterGrad',
      convFilterGrad(geometry, source, input?.rounds, splits),
      { src, g, z: name.z(conv), state: 'state', out: 'partials' },
      { ...places, part: partials / 4 },
    );
  }

  private inputGrad(conv: Conv, g: string, reads: Exclude<Point, { kind: 'image' }>): void {
    const { geometry } = conv;
    const { weights, norm: own, input } = this.placesOf(conv);
    const { source, buffer, norm } = this.found(reads);
    const isMain = reads.readers[0] === conv;
    const sums = isMain && reads.kind !== 'pool';
    const more = isMain ? this.more.get(reads) : undefined;
    const size = geometry.n * geometry.h * geometry.w * geometry.ci;
    const before = reads.kind === 'pool' ? reads.of.conv : reads.conv;
    const out = this.passes(sums ? name.g(before) : `d:${conv.id}`, size);
    const tile = inputGradTile(geometry, this.tiles);
    const slots = inputGradSlots(geometry, tile);
    const rounds = input?.rounds;
    const add = more && { add: { ...(more.half && { half: more.half }) } };
    this.add(
      'convInputGrad',
      convInputGrad(geometry, { source, rounds, sums, tile, ...add }),
      {
        ...{ g, z: name.z(conv), state: 'state', out, part: 'part' },
        ...(sums || source === 'norm' ? { zin: name.z(before) } : {}),
        ...(source === 'stored' && { xin: buffer }),
        ...(more && { more: more.buffer }),
      },
      {
        ...{ weights: weights / 4, norm, own: own / 4 },
        ...(input && { step: input.state / 4 }),
        sums: (this.normPart + this.pending.length * this.stepPart) / 4,
      },
    );
    if (input && LEARNED_NUMBERS[input.rounds] > 0) this.pending.push({ slots: slots.step, gradient: input.gradient });
    if (!isMain) this.more.set(reads, { buffer: out });
    else if (reads.kind !== 'pool') this.arrive(reads, out, slots.norm);
    else this.poolGrad(reads, out);
  }

  private poolGrad(point: PoolPoint, g: string): void {
    const geometry = poolGeometry(point);
    const { buffer: z, norm } = this.found(point.of);
    const out = this.passes(name.g(point.of.conv), outputs(point.of.conv));
    this.add('poolBackward', poolBackward(geometry), { g, z, state: 'state', out, part: 'part' }, { norm });
    this.arrive(point.of, out, poolSlots(geometry));
  }
}

function words(data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): BufferPlan {
  return { size: data.length, data };
}
