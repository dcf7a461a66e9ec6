// Runs the kernels of an evaluation on the device of tfjs' backend. Results are tfjs tensors, whose buffers its pool takes
// back as soon as nothing reads them; the dispatches of a pass are submitted together. Pipelines and bind groups are kept.
import * as tf from '@tensorflow/tfjs-core';
import type { DeviceTable } from '../../fusedSteps';
import type { EvaluationKernel } from './text';

/** What we use of tfjs' backend, some of it private. */
interface TfjsBackend {
  readonly device: GPUDevice;
  readonly tensorMap: {
    get(id: tf.DataId): { resource?: GPUBuffer | null; values?: ArrayLike<number> | null };
  };
  readonly bufferManager: { acquireBuffer(size: number, usage: number): GPUBuffer };
  readonly commandEncoder: GPUCommandEncoder | null;
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  uploadToGPU(id: tf.DataId): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  /** By the ids of their buffers. */
  readonly groups: Map<string, GPUBindGroup>;
}

/** Numbers in a buffer of the device. */
export class TableBuffer implements DeviceTable {
  constructor(readonly buffer: GPUBuffer) {}

  get bytes(): number {
    return this.buffer.size;
  }

  dispose(): void {
    this.buffer.destroy();
  }
}

/** Kept bind groups of a pipeline; the pool hands the same buffers out again and again, so that few are needed. */
const MOST_GROUPS = 256;

/** Kernels on one device. */
export class EvaluationDevice {
  /** True if products of bytes are not slower than those of floats (tuning.ts). */
  addsBytes = false;
  private readonly pipelines = new Map<string, Pipeline>();
  private readonly ids = new WeakMap<GPUBuffer, number>();
  private made = 0;

  constructor(private readonly backend: TfjsBackend) {}

  table(words: Uint32Array<ArrayBuffer>): TableBuffer {
    const { device } = this.backend;
    const buffer = device.createBuffer({
      size: words.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(buffer, 0, words);
    return new TableBuffer(buffer);
  }

  begin(): DevicePass {
    return new DevicePass(this.backend, this);
  }

  /** Resolves when all submitted work is done. */
  settle(): Promise<undefined> {
    return this.backend.device.queue.onSubmittedWorkDone();
  }

  pipelineOf({ code, written }: EvaluationKernel): Pipeline {
    const known = this.pipelines.get(code);
    if (known !== undefined) return known;
    const { device } = this.backend;
    const entries = written.map((isWritten, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: isWritten ? 'storage' : 'read-only-storage' } as const,
    }));
    const layout = device.createPipelineLayout({ bindGroupLayouts: [device.createBindGroupLayout({ entries })] });
    const module = device.createShaderModule({ code });
    const pipeline = device.createComputePipeline({ layout, compute: { module, entryPoint: 'main' } });
    const made = { pipeline, groups: new Map<string, GPUBindGroup>() };
    this.pipelines.set(code, made);
    return made;
  }

  groupOf({ pipeline, groups }: Pipeline, buffers: readonly GPUBuffer[]): GPUBindGroup {
    const key = buffers.map((buffer) => this.idOf(buffer)).join();
    const known = groups.get(key);
    if (known !== undefined) return known;
    if (groups.size >= MOST_GROUPS) groups.clear();
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const group = this.backend.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    groups.set(key, group);
    return group;
  }

  private idOf(buffer: GPUBuffer): number {
    const id = this.ids.get(buffer) ?? this.made++;
    this.ids.set(buffer, id);
    return id;
  }
}

/** Dispatches that are submitted together. */
class DevicePass {
  private encoder: GPUCommandEncoder | undefined;
  private pass: GPUComputePassEncoder | undefined;

  constructor(
    private readonly backend: TfjsBackend,
    private readonly device: EvaluationDevice,
  ) {}

  /** The result of a kernel, of a shape [n, ...]. The caller owns inputs and result. */
  run(kernel: EvaluationKernel, inputs: readonly (tf.Tensor | TableBuffer)[], shape: readonly number[]): tf.Tensor {
    const output = this.backend.makeTensorInfo([...shape], 'float32');
    this.backend.uploadToGPU(output.dataId);
    const result = tf.engine().makeTensorFromTensorInfo(output);
    const buffers = [...inputs, result].map((each) =>
      each instanceof TableBuffer ? each.buffer : this.bufferOf(each),
    );
    const pipeline = this.device.pipelineOf(kernel);
    this.encoder ??= this.backend.device.createCommandEncoder();
    this.pass ??= this.encoder.beginComputePass();
    this.pass.setPipeline(pipeline.pipeline);
    this.pass.setBindGroup(0, this.device.groupOf(pipeline, buffers));
    this.pass.dispatchWorkgroups(...kernel.groups(shape[0]));
    return result;
  }

  end(): void {
    if (this.encoder === undefined) return;
    this.pass?.end();
    const { backend } = this;
    // What tfjs has recorded may be what we read.
    if (backend.commandEncoder !== null) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
    backend.device.queue.submit([this.encoder.finish()]);
  }

  private bufferOf({ dataId, dtype, size }: tf.Tensor): GPUBuffer {
    const data = this.backend.tensorMap.get(dataId);
    const { values } = data;
    if (data.resource == null && dtype === 'float32' && values instanceof Float32Array) {
      // As tfjs does, but without a new staging buffer for every batch.
      const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
      data.resource = this.backend.bufferManager.acquireBuffer(4 * size, STORAGE | COPY_SRC | COPY_DST);
      this.backend.device.queue.writeBuffer(data.resource, 0, values as Float32Array<ArrayBuffer>);
      data.values = null;
    } else this.backend.uploadToGPU(dataId);
    return data.resource as GPUBuffer;
  }
}

const devices = new WeakMap<GPUDevice, EvaluationDevice>();

/** The kernels on the device of the current backend, which is tfjs' webgpu. */
export function evaluationDevice(): EvaluationDevice {
  const backend = tf.backend() as unknown as TfjsBackend;
  const known = devices.get(backend.device);
  if (known !== undefined) return known;
  const made = new EvaluationDevice(backend);
  devices.set(backend.device, made);
  return made;
}
