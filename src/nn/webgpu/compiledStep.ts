// Runs a plan on a device: buffers, pipelines and bind groups are created once; a step is three small writes, one pass
// and one submit.

import { MIN_LEARNED } from '../learned';
import type { SgdOptions } from '../sgd';
import type { Dispatch, StepPlan } from './stepPlan';
import { PLACES } from './wgsl';

/** Bytes between the places of two dispatches: WebGPU's alignment of uniform offsets. */
const PLACES_STRIDE = 256;
const PLACES_BYTES = 4 * PLACES.length;
const METRICS_BYTES = 8;

/** Mean loss per step and number of correct predictions, over the steps since the last reading. */
export interface StepSums {
  readonly loss: number;
  readonly right: number;
}

interface Ready {
  readonly kind: string;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly grid: readonly [number, number, number];
}

/** A plan on a device. Dispose it when done. */
export class CompiledStep {
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
   * Compiles a plan's kernels, all in parallel, and uploads the initial contents of its buffers. @throws GPUError of a
   * rejected kernel.
   */
  static async create(device: GPUDevice, plan: StepPlan): Promise<CompiledStep> {
    const { STORAGE, UNIFORM, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const make = (bytes: number, usage: number) => device.createBuffer({ size: Math.ceil(bytes / 16) * 16, usage });
    const buffers = new Map<string, GPUBuffer>();
    for (const [name, { size, data }] of plan.buffers) {
      const buffer = make(4 * size, STORAGE | COPY_SRC | COPY_DST);
      if (data) device.queue.writeBuffer(buffer, 0, data);
      buffers.set(name, buffer);
    }
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
    const staging = make(METRICS_BYTES, MAP_READ | COPY_DST);
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

  /** Another step on the images of the last one; for measurements, with only the dispatches of some kinds. */
  again({ learningRate, momentum, weightDecay }: SgdOptions, kinds?: ReadonlySet<string>): void {
    const { queue } = this.device;
    queue.writeBuffer(this.options, 0, Float32Array.of(learningRate, momentum, weightDecay, MIN_LEARNED));
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

  /** The outcome of the steps since the last call; waits until they are done. */
  async sums(): Promise<StepSums> {
    const encoder = this.device.createCommandEncoder();
    const params = this.buffer('params');
    encoder.copyBufferToBuffer(params, 4 * this.plan.metrics, this.staging, 0, METRICS_BYTES);
    encoder.clearBuffer(params, 4 * this.plan.metrics, METRICS_BYTES);
    this.device.queue.submit([encoder.finish()]);
    await this.staging.mapAsync(GPUMapMode.READ);
    const [loss, right] = new Float32Array(this.staging.getMappedRange(), 0, 2);
    this.staging.unmap();
    return { loss, right };
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

  private async readBuffer(name: string): Promise<Float32Array> {
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
