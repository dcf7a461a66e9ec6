// A training step as a fixed list of dispatches over a fixed set of buffers: plain data, made once from a network and a
// rounding. One loader or epilogue does the work of many operations. The order is
//   weights rounded; for each convolution itself, then its batch norm's coefficients; the head; for each convolution from the
//   last the gradient of its input, then of the batch norm before it, and of its filter; weights' rounding; the update.
import type { Network } from '../../graph/network';
import { withoutSkipped } from '../../graph/skips';
import type { Rounding } from '../../rounding/rounding';
import { normBackward, normSums, normSumsSlots } from './batchNormKernels';
import { convFilterGrad } from './convFilterGrad';
import { convInputGrad, inputGradPixels, inputGradSlots } from './convInputGrad';
import { ForwardPlan, name, outputs, poolGeometry } from './forwardPlan';
import { head } from './headKernel';
import { poolBackward, poolSlots } from './poolKernels';
import { type BufferPlan, type PlanOptions, type StepPlan, shareMemory } from './stepPlan';
import type { Conv, Join, NormPoint, Point, PoolPoint } from './trainingGraph';
import {
  roundingGradWords,
  roundingWords,
  roundWeights,
  roundWeightsBackward,
  update,
  updateWords,
} from './updateKernels';

/** @throws NotCompilableError naming what the compiled step does not support. */
export function planStep(whole: Network, asked: Rounding | undefined, options: PlanOptions): StepPlan {
  const { network, policy } = withoutSkipped(whole, asked?.policy ?? {});
  return new TrainingPlan(network, asked && { ...asked, policy }, options).plan();
}

class TrainingPlan extends ForwardPlan {
  /** Sums of learned steps' gradients that are pending in `part`. */
  private pending: { readonly slots: number; readonly gradient: number }[] = [];
  /** Gradient at the output of a convolution's batch norm, once it is known. */
  private readonly gradients = new Map<string, string>();
  /** Gradients to be added to that of a point. */
  private readonly more = new Map<Point, { readonly buffer: string; readonly half?: { readonly channels: number } }>();

  plan(): StepPlan {
    const { layout, graph, dispatches } = this;
    const { roundings } = layout;
    const updates = [...layout.updates, layout.metricsBlock(graph)];
    const shared = new Map<string, BufferPlan>([
      ['image', { size: this.options.batch * graph.image.h * graph.image.w * graph.image.c }],
      ['labels', { size: this.options.batch }],
      ['velocity', { size: layout.sizes.params }],
      ['part', { size: this.normPart + 2 * this.stepPart }],
      ['updates', words(updateWords(updates))],
    ]);
    for (const room of ['params', 'state', 'grads', 'partials', 'running'] as const) {
      const data = layout.sizes[room];
      const starts = room === 'params' || room === 'state' || room === 'running';
      shared.set(room, starts ? words(layout.start(room)) : { size: Math.max(1, data) });
    }
    if (roundings.length > 0) {
      const forward = roundings.map((block) => ({ ...block.backward, out: block.forward }));
      shared.set('roundings', words(roundingWords(forward)));
      shared.set('roundingGrads', words(roundingGradWords(roundings.map(({ backward }) => backward))));
      const bindings = { params: 'params', blocks: 'roundings', state: 'state' };
      this.add('roundWeights', roundWeights(roundings.length), bindings);
    }
    for (const step of graph.steps) 'geometry' in step ? this.forward(step) : this.pool(step);
    this.head();
    for (const step of [...graph.steps].reverse()) if ('geometry' in step) this.backward(step);
    if (roundings.length > 0)
      this.add('roundWeightsBackward', roundWeightsBackward(roundings.length), {
        ...{ params: 'params', blocks: 'roundingGrads', state: 'state', partials: 'partials', grads: 'grads' },
      });
    this.add('update', update(updates.length), {
      ...{ params: 'params', velocity: 'velocity', grads: 'grads', blocks: 'updates', state: 'state' },
      partials: 'partials',
    });
    const { parameters, metrics } = layout;
    return { ...shareMemory(dispatches, this.passing, shared), parameters, metrics };
  }

  private head(): void {
    const { last, dense } = this.graph;
    const { h, w, c, conv, kind } = last;
    const { at, rows, step } = this.layout.dense;
    const short = kind === 'join' ? this.shortcutOf(last) : undefined;
    const { batch: n, labelSmoothing } = this.options;
    const kernel = head({
      ...{ n, h, w, c, classes: dense.units, source: kind, lsq: step !== undefined, labelSmoothing },
      ...(short && { shortcut: short.shortcut }),
    });
    const g = this.passes(name.g(conv), outputs(conv));
    const bindings = { src: name.z(conv), state: 'state', g, part: 'part', fc: 'partials', labels: 'labels' };
    this.add(
      'head',
      kernel,
      { ...bindings, dense: 'state', ...(short && { short: short.buffer }) },
      {
        ...{ weights: at, norm: this.placesOf(conv).norm / 4, gradient: rows },
        ...(short && { shortcut: short.norm }),
        ...(step !== undefined && { step: step / 4 }),
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
    const { norm: own, inputStep, partials, splits } = this.placesOf(conv);
    if (reads.readers[0] !== conv) {
      // A projection: its batch norm gets the gradient of the sum, whose sums are the main branch's.
      const pixels = n * oh * ow;
      const bindings = { g, z: name.z(conv), state: 'state', part: 'part' };
      this.add('normSums', normSums(pixels, co), bindings, { own: own / 4 });
      this.finishNorm(conv, normSumsSlots(pixels));
    }
    const { source, buffer: src, norm } = this.found(reads);
    const places = { own: own / 4, norm, ...(inputStep && { step: inputStep.state / 4 }) };
    if (reads.kind !== 'image') this.inputGrad(conv, g, reads);
    this.add(
      'convFilterGrad',
      convFilterGrad(geometry, source, inputStep !== undefined, splits),
      { src, g, z: name.z(conv), state: 'state', out: 'partials' },
      { ...places, part: partials / 4 },
    );
  }

  private inputGrad(conv: Conv, g: string, reads: Exclude<Point, { kind: 'image' }>): void {
    const { geometry } = conv;
    const { weights, norm: own, inputStep } = this.placesOf(conv);
    const { source, buffer, norm } = this.found(reads);
    const isMain = reads.readers[0] === conv;
    const sums = isMain && reads.kind !== 'pool';
    const more = isMain ? this.more.get(reads) : undefined;
    const size = geometry.n * geometry.h * geometry.w * geometry.ci;
    const before = reads.kind === 'pool' ? reads.of.conv : reads.conv;
    const out = this.passes(sums ? name.g(before) : `d:${conv.id}`, size);
    const pixels = inputGradPixels(geometry, this.limit);
    const slots = inputGradSlots(geometry, pixels);
    const lsq = inputStep !== undefined;
    const add = more && { add: { ...(more.half && { half: more.half }) } };
    this.add(
      'convInputGrad',
      convInputGrad(geometry, { source, lsq, sums, pixels, ...add }),
      {
        ...{ g, z: name.z(conv), state: 'state', out, part: 'part' },
        ...(sums || source === 'norm' ? { zin: name.z(before) } : {}),
        ...(source === 'stored' && { xin: buffer }),
        ...(more && { more: more.buffer }),
      },
      {
        ...{ weights: weights / 4, norm, own: own / 4 },
        ...(inputStep && { step: inputStep.state / 4 }),
        sums: (this.normPart + this.pending.length * this.stepPart) / 4,
      },
    );
    if (inputStep) this.pending.push({ slots: slots.step, gradient: inputStep.gradient });
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
