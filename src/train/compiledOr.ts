// Where the steps of a run are made: compiled for WebGPU (compiledSteps.ts) if the network, its rounding and the run allow it,
// otherwise composed of tfjs' operations, with the reason.
import * as tf from '@tensorflow/tfjs-core';
import type { BatchPlan } from '../data/batch';
import type { ImageSet } from '../data/dataset';
import type { StepOptions } from '../nn/trainable';
import type { CompiledSteps } from './compiledSteps';
import type { Replica, StepOutcome, Steps } from './replica';
import type { ReplicaPlan } from './replicaPlan';
import type { StepsFor } from './sharedSteps';

class CompiledOr<Options, Passes> implements Steps<Options, Passes> {
  composed: string | undefined;
  private compiled: CompiledSteps | undefined;
  private isBegun = false;

  constructor(
    private readonly replica: Replica<Options, Passes>,
    private readonly plan: ReplicaPlan,
    private readonly images: ImageSet,
    private readonly shards: number,
    private readonly device: GPUDevice,
    private readonly other: Steps<Options, Passes>,
  ) {}

  async step(batch: BatchPlan, passes: Passes, options: Options): Promise<StepOutcome> {
    if (!this.isBegun) {
      await this.begin(batch.indices.length, options as StepOptions);
      this.isBegun = true;
    }
    return this.compiled?.step(batch, undefined, options as StepOptions) ?? this.other.step(batch, passes, options);
  }

  async settle(): Promise<void> {
    await this.compiled?.settle();
  }

  dispose(): void {
    this.compiled?.dispose();
    this.other.dispose();
  }

  private async begin(batch: number, { damping }: StepOptions): Promise<void> {
    const { trained, geometry } = this.plan;
    if ('widths' in trained) this.composed = 'several widths in one network';
    else if (this.shards > 1) this.composed = 'batches in shards';
    else if (damping !== undefined) this.composed = 'damping of oscillations';
    else if (geometry.normalization.perImage) this.composed = 'images that are standardized one by one';
    if (this.composed !== undefined) return;
    const { beginCompiled } = await import('./compiledSteps');
    const begun = await beginCompiled(this.device, this.replica, this.plan, this.images, batch);
    if (typeof begun === 'string') this.composed = begun;
    else this.compiled = begun;
  }
}

/** The device of tfjs' backend, which compiled steps share; undefined on other backends. */
function deviceInUse(): GPUDevice | undefined {
  return tf.getBackend() === 'webgpu' ? (tf.backend() as unknown as { device: GPUDevice }).device : undefined;
}

/** Steps that are compiled for the GPU in use where possible; without one, and the others, those of `other`. */
export function compiledOr(other: StepsFor, device = deviceInUse()): StepsFor {
  return (replica, plan, images, shards) => {
    const rest = other(replica, plan, images, shards);
    return device === undefined ? rest : new CompiledOr(replica, plan, images, shards, device, rest);
  };
}
