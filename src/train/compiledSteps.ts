// The steps of a run, compiled for WebGPU (nn/webgpu/): on the device, from images that stay there as bytes. The model is
// brought up to date when it is asked for; losses are read when they are.
import { type BatchPlan, normalizedBytes } from '../data/batch';
import type { ImageSet } from '../data/dataset';
import type { Network } from '../graph/network';
import type { Sharded } from '../nn/stepSums';
import type { StepOptions } from '../nn/trainable';
import { CompiledStep, type StepMetrics, tilesFor } from '../nn/webgpu/compiledStep';
import { imageWords, shownWords } from '../nn/webgpu/gatherKernel';
import { planStep } from '../nn/webgpu/planStep';
import { SLOTS } from '../nn/webgpu/stepPlan';
import { NotCompilableError } from '../nn/webgpu/trainingGraph';
import type { DeviceNumber, Replica, StepOutcome, Steps } from './replica';
import type { Geometry, ReplicaPlan } from './replicaPlan';

/** Steps that are on the device at the same time: more would keep other work there waiting. */
const IN_FLIGHT = 2;
/** Bytes of images that stay on the device at most; of a larger split, only those of a batch are there. */
const HELD_BYTES = 256 * 2 ** 20;

/** What the steps are of. */
interface Trained extends Pick<Replica<never, never>, 'taught'> {
  readonly model: Pick<Sharded<never, never>, 'state' | 'restore'>;
}

/** Prefixes of a state's entries (VariableStore). */
const [VALUE, VELOCITY] = ['value:', 'velocity:'];

/** A step whose metrics may still be on the device. */
interface Unread {
  metrics?: StepMetrics;
}

/** The images of a split on the device: each is sent when it is first shown. */
class Held {
  private readonly sent: Uint8Array | undefined;
  private readonly bytes: Uint8Array<ArrayBuffer>;
  /** Images that there is room for: all, or those of a batch. */
  readonly count: number;

  constructor(
    private readonly images: ImageSet,
    { height, width }: Geometry,
    batch: number,
    mostBytes: number,
  ) {
    this.bytes = new Uint8Array(4 * imageWords(height, width));
    const all = images.length * this.bytes.length <= mostBytes;
    this.count = all ? images.length : batch;
    this.sent = all ? new Uint8Array(images.length) : undefined;
  }

  /** How the images of a batch are shown, and their labels; sends those that are missing. */
  shown({ indices, flips, rows, columns }: BatchPlan, to: CompiledStep) {
    const shown = new Uint32Array(2 * indices.length);
    indices.forEach((image, i) => {
      const place = this.sent ? image : i;
      if (!this.sent?.[image]) {
        this.images.read(image, this.bytes, 0);
        to.hold(place, this.bytes);
        if (this.sent) this.sent[image] = 1;
      }
      shown.set(shownWords(place, flips[i], rows[i], columns[i]), 2 * i);
    });
    return { shown, labels: Uint32Array.from(indices, (image) => this.images.label(image)) };
  }
}

export class CompiledSteps implements Steps<StepOptions, undefined> {
  /** Steps whose metrics are on the device, in order. */
  private unread: Unread[] = [];
  private reading: Promise<void> = Promise.resolve();
  private readonly running: Promise<unknown>[] = [];
  private isSettled = true;

  constructor(
    private readonly compiled: CompiledStep,
    private readonly trained: Trained,
    private readonly held: Held,
    private readonly hasTeacher: boolean,
  ) {}

  async step(plan: BatchPlan, _passes: undefined, options: StepOptions): Promise<StepOutcome> {
    while (this.running.length >= IN_FLIGHT) await this.running.shift();
    if (this.unread.length === SLOTS) await this.read();
    const { shown, labels } = this.held.shown(plan, this.compiled);
    const taught = this.hasTeacher ? Float32Array.from((await this.trained.taught(plan)) ?? []) : labels;
    this.compiled.runHeld(shown, taught, options);
    // A lost device is told of by what is read from it.
    this.running.push(this.compiled.settle().catch(() => {}));
    this.isSettled = false;
    const step: Unread = {};
    this.unread.push(step);
    const number = (of: (metrics: StepMetrics) => number): DeviceNumber => ({
      data: async () => {
        if (step.metrics === undefined) await this.read();
        return [of(step.metrics as StepMetrics)];
      },
      dispose: () => {},
    });
    return { losses: [number(({ loss }) => loss)], hits: number(({ right }) => right) };
  }

  async settle(): Promise<void> {
    if (this.isSettled) return;
    const { values, velocities } = await this.compiled.read();
    const named = (prefix: string, of: Map<string, Float32Array>) =>
      [...of].map(([name, numbers]) => [prefix + name, numbers] as const);
    this.trained.model.restore(new Map([...named(VALUE, values), ...named(VELOCITY, velocities)]));
    this.isSettled = true;
  }

  dispose(): void {
    this.compiled.dispose();
  }

  /** The metrics of all steps so far, in one reading, which is one at a time. */
  private read(): Promise<void> {
    this.reading = this.reading.then(async () => {
      const steps = this.unread;
      if (steps.length === 0) return;
      this.unread = [];
      const metrics = await this.compiled.metrics();
      steps.forEach((step, i) => {
        step.metrics = metrics[i];
      });
    });
    return this.reading;
  }
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
const tooLarge = (bytes: number, most: number) =>
  `batches of this size need ${megabytes(bytes)} in one buffer, of which this GPU gives ${megabytes(most)}`;

/** The network with the values of a state. */
function withState(network: Network, state: ReadonlyMap<string, Float32Array>): Network {
  const parameters = new Map(network.parameters);
  for (const [key, values] of state) {
    if (!key.startsWith(VALUE)) continue;
    const name = key.slice(VALUE.length);
    const { shape } = parameters.get(name) ?? { shape: [values.length] };
    parameters.set(name, { shape, values });
  }
  return { ...network, parameters };
}

/**
 * Compiled steps on `device` for batches of `batch` images, going on from the state of a replica's model; or what keeps them from being
 * compiled.
 */
export async function beginCompiled(
  device: GPUDevice,
  replica: Trained,
  { trained, goal, geometry }: ReplicaPlan,
  images: ImageSet,
  batch: number,
): Promise<CompiledSteps | string> {
  if ('widths' in trained) return 'several widths in one network';
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  const held = new Held(images, geometry, batch, Math.min(HELD_BYTES, most));
  const state = await replica.model.state();
  try {
    const table = normalizedBytes(geometry.normalization) as Float32Array<ArrayBuffer>;
    const options = { batch, goal, images: { count: held.count, table }, ...tilesFor(device) };
    const plan = planStep(withState(trained.network, state), trained.quantAware, options);
    const largest = 4 * Math.max(...[...plan.buffers.values()].map(({ size }) => size));
    if (largest > most) return tooLarge(largest, most);
    const compiled = await CompiledStep.create(device, plan);
    if (compiled === undefined) return `batches of ${batch} images do not fit into the memory of this GPU`;
    const velocities = [...state].filter(([key]) => key.startsWith(VELOCITY));
    compiled.setVelocities(
      new Map(velocities.map(([key, values]) => [key.slice(VELOCITY.length), Float32Array.from(values)])),
    );
    return new CompiledSteps(compiled, replica, held, 'teacher' in goal);
  } catch (error) {
    if (error instanceof NotCompilableError) return error.message;
    throw error;
  }
}
