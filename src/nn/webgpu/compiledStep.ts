// Runs a plan on a device: buffers, pipelines and bind groups are created once; a step is three small writes, one pass
// and one submit.

import type { SgdOptions } from '../sgd';
import { type Dispatch, type PlanOptions, SLOTS, type StepPlan } from './stepPlan';
import { MANY_PIXELS } from './threadTile';
import { METRICS } from './updateKernels';
import { PLACES } from './wgsl';

/** Bytes between the places of two dispatches: WebGPU's alignment of uniform offsets. */
const PLACES_STRIDE = 256;
const PLACES_BYTES = 4 * PLACES.length;
const METRICS_BYTES = 4 * METRICS * SLOTS;

/** Mean loss of a step's images, NaN from the first number that was not finite; and how many of them are right. */
export interface StepMetrics {
  readonly loss: number;
  readonly right: number;
}

/**
 * How a device's kernels are divided: software adapters have few threads, so that more work for each and fewer sums of parts are
 * faster.
 */
export function tilesFor({ adapterInfo }: GPUDevice): Pick<PlanOptions, 'pixels' | 'workgroups'> {
  return adapterInfo?.isFallbackAdapter ? { pixels: MANY_PIXELS, workgroups: 8 } : {};
}

interface Ready {
  readonly kind: string;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly grid: readonly [number, number, number];
}

/** A plan on a device. After a number that is not finite, weights and running statistics no longer change. Dispose it when done. */
export class CompiledStep {
  private made = 0;
  private reported = 0;

  private constructor(
    private readonly device: GPUDevice,
    private readonly plan: StepPlan,
    private readonly buffers: ReadonlyMap<string, GPUBuffer>,
    private readonly options: GPUBuffer,
    private readonly places: GPUBuffer,
    private readonly staging: GPUBuffer,
    private readonly ready: readonly Ready[],
  ) {}

  /**
   * Compiles a plan's kernels, all in parallel, and uploads the initial contents of its buffers; undefined if they do not fit into
   * the device's memory. @throws GPUError of a rejected kernel.
   */
  static async create(device: GPUDevice, plan: StepPlan): Promise<CompiledStep | undefined> {
    const { STORAGE, UNIFORM, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const make = (bytes: number, usage: number) => device.createBuffer({ size: Math.ceil(bytes / 16) * 16, usage });
    const buffers = new Map<string, GPUBuffer>();
    device.pushErrorScope('out-of-memory');
    for (const [name, { size }] of plan.buffers) buffers.set(name, make(4 * size, STORAGE | COPY_SRC | COPY_DST));
    const isFull = (await device.popErrorScope()) !== null;
    if (isFull) {
      for (const buffer of buffers.values()) buffer.destroy();
      return undefined;
    }
    for (const [name, { data }] of plan.buffers)
      if (data) device.queue.writeBuffer(buffers.get(name) as GPUBuffer, 0, data);
    const options = make(16, UNIFORM | COPY_DST);
    const places = make(PLACES_STRIDE * plan.dispatches.length, UNIFORM | COPY_DST);
    device.queue.writeBuffer(places, 0, placesOf(plan.dispatches));
    const ready = await Promise.all(
      plan.dispatches.map(async (dispatch, i) => {
        const { kernel, bindings } = dispatch;
        const pipeline = await pipelineOf(device, dispatch);
        const resources: GPUBindingResource[] = kernel.buffers.map(({ name }) => ({
          buffer: buffers.get(bindings[name]) as GPUBuffer,
        }));
        if (kernel.uniform === 'options') resources.push({ buffer: options });
        if (kernel.uniform === 'places')
          resources.push({ buffer: places, offset: i * PLACES_STRIDE, size: PLACES_BYTES });
        const group = device.createBindGroup({
          layout: pipeline.getBindGroupLayout(0),
          entries: resources.map((resource, binding) => ({ binding, resource })),
        });
        return { kind: dispatch.kind, pipeline, group, grid: kernel.grid };
      }),
    );
    const staging = make(METRICS_BYTES + 16, MAP_READ | COPY_DST);
    return new CompiledStep(device, plan, buffers, options, places, staging, ready);
  }

  /** One step on images [n, h, w, c] and their labels [n]. Returns immediately; the device works asynchronously. */
  run(
    images: Float32Array<ArrayBuffer>,
    labels: Uint8Array,
    { learningRate, momentum, weightDecay }: SgdOptions,
  ): void {
    const { queue } = this.device;
    queue.writeBuffer(this.buffer('image'), 0, images);
    queue.writeBuffer(this.buffer('labels'), 0, Uint32Array.from(labels));
    this.again({ learningRate, momentum, weightDecay });
  }

  /** Puts an image's bytes [h, w, 3], padded to whole words, at a place among those of the plan. */
  hold(place: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.device.queue.writeBuffer(this.buffer('pixels'), place * bytes.length, bytes);
  }

  /** One step on images that are held: `shownWords` of each, and their labels (`StepGoal`). */
  runHeld(
    shown: Uint32Array<ArrayBuffer>,
    labels: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>,
    options: SgdOptions,
  ): void {
    const { queue } = this.device;
    queue.writeBuffer(this.buffer('shown'), 0, shown);
    queue.writeBuffer(this.buffer('labels'), 0, labels);
    this.again(options);
  }

  /** Another step on the images of the last one; for measurements, with only the dispatches of some kinds. */
  again({ learningRate, momentum, weightDecay }: SgdOptions, kinds?: ReadonlySet<string>): void {
    const { queue } = this.device;
    queue.writeBuffer(this.options, 0, Float32Array.of(learningRate, momentum, weightDecay, this.made++ % SLOTS));
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const { kind, pipeline, group, grid } of this.ready) {
      if (kinds?.has(kind) === false) continue;
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...grid);
    }
    pass.end();
    queue.submit([encoder.finish()]);
  }

  /**
   * The metrics of each step since the last call, or of the latest `SLOTS`; waits until they are done. One call at a time.
   */
  async metrics(): Promise<StepMetrics[]> {
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.buffer('params'), 4 * this.plan.metrics, this.staging, 0, METRICS_BYTES);
    encoder.copyBufferToBuffer(this.buffer('halt'), 0, this.staging, METRICS_BYTES, 4);
    this.device.queue.submit([encoder.finish()]);
    const [from, to] = [Math.max(this.reported, this.made - SLOTS), this.made];
    this.reported = to;
    await this.staging.mapAsync(GPUMapMode.READ);
    const words = this.staging.getMappedRange().slice(0);
    this.staging.unmap();
    const numbers = new Float32Array(words);
    const halted = new Uint32Array(words)[METRICS * SLOTS] !== 0;
    return Array.from({ length: to - from }, (_, i) => {
      const at = METRICS * ((from + i) % SLOTS);
      return { loss: halted ? Number.NaN : numbers[at], right: numbers[at + 1] };
    });
  }

  /** Replaces velocities, by the names of their parameters. */
  setVelocities(velocities: ReadonlyMap<string, Float32Array<ArrayBuffer>>): void {
    for (const [name, values] of velocities) {
      const place = this.plan.parameters.get(name);
      if (place) this.device.queue.writeBuffer(this.buffer('velocity'), 4 * place.at, values);
    }
  }

  /** Current weights, learned steps and running statistics, by name; with `velocities`, the velocities. */
  async read(): Promise<{ values: Map<string, Float32Array>; velocities: Map<string, Float32Array> }> {
    const [params, running, velocity] = await Promise.all(
      ['params', 'running', 'velocity'].map((name) => this.readBuffer(name)),
    );
    const values = new Map<string, Float32Array>();
    const velocities = new Map<string, Float32Array>();
    for (const [name, { room, at, shape }] of this.plan.parameters) {
      const end = at + shape.reduce((product, d) => product * d, 1);
      values.set(name, (room === 'params' ? params : running).slice(at, end));
      if (room === 'params') velocities.set(name, velocity.slice(at, end));
    }
    return { values, velocities };
  }

  /** Resolves when the device has finished all submitted work. */
  settle(): Promise<unknown> {
    return this.device.queue.onSubmittedWorkDone();
  }

  dispose(): void {
    for (const buffer of [...this.buffers.values(), this.options, this.places, this.staging]) buffer.destroy();
  }

  private buffer(name: string): GPUBuffer {
    return this.buffers.get(name) as GPUBuffer;
  }

  /** The numbers of a buffer of the plan; waits until all submitted work is done. */
  async readBuffer(name: string): Promise<Float32Array> {
    const source = this.buffer(name);
    const { MAP_READ, COPY_DST } = GPUBufferUsage;
    const staging = this.device.createBuffer({ size: source.size, usage: MAP_READ | COPY_DST });
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, 0, staging, 0, source.size);
    this.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const values = new Float32Array(staging.getMappedRange().slice(0));
    staging.destroy();
    return values;
  }
}

/** Keyed by text: layers of equal shape share one, and so do runs. */
const compiled = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();

function pipelineOf(device: GPUDevice, dispatch: Dispatch): Promise<GPUComputePipeline> {
  const known = compiled.get(device) ?? new Map<string, Promise<GPUComputePipeline>>();
  compiled.set(device, known);
  const { code } = dispatch.kernel;
  const pipeline = known.get(code) ?? compile(device, dispatch);
  known.set(code, pipeline);
  return pipeline;
}

function compile(device: GPUDevice, { kernel, kind }: Dispatch): Promise<GPUComputePipeline> {
  const { COMPUTE } = GPUShaderStage;
  const types: GPUBufferBindingType[] = kernel.buffers.map(({ written }) =>
    written ? 'storage' : 'read-only-storage',
  );
  if (kernel.uniform) types.push('uniform');
  const entries = types.map((type, binding) => ({ binding, visibility: COMPUTE, buffer: { type } }));
  // Named explicitly, not derived from the shader, which would omit buffers that a kernel does not read.
  const layout = device.createPipelineLayout({ bindGroupLayouts: [device.createBindGroupLayout({ entries })] });
  const module = device.createShaderModule({ code: kernel.code, label: kind });
  return device.createComputePipelineAsync({ label: kind, layout, compute: { module, entryPoint: 'main' } });
}

function placesOf(dispatches: readonly Dispatch[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array((PLACES_STRIDE / 4) * dispatches.length);
  dispatches.forEach(({ places }, i) => {
    const own = PLACES.map((name) => places[name] ?? 0);
    words.set(own, (PLACES_STRIDE / 4) * i);
  });
  return words;
}
