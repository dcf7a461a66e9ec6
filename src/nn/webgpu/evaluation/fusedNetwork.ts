// A network as kernels for WebGPU: one dispatch per layer with what follows it, and one per other step
// (docs/decisions/0018-compiled-step.md has the training step).
import * as tf from '@tensorflow/tfjs-core';
import { batchNormLine } from '../../../graph/folding';
import {
  type BatchNormNode,
  isLayer,
  isSimple,
  type LayerNode,
  type Network,
  parameterName,
} from '../../../graph/network';
import { inferShapes } from '../../../graph/shapes';
import type { UniformGrid } from '../../../quant/uniformGrid';
import type { RoundedLayer } from '../../../rounding/layers';
import type { DeviceTable, FusedInputs, FusedNetwork, FusedPass } from '../../fusedSteps';
import type { Step } from '../../plan';
import { type EvaluationDevice, evaluationDevice, TableBuffer } from './device';
import { type FusedSum, type Fusion, fuseSteps } from './fusion';
import { convolutionKernel, depthwiseKernel, type LayerEnd, type LayerGeometry, tileOf } from './layerKernel';
import { type Arithmetic, gridRows, packLayer } from './layerTable';
import { plainKernel } from './plainKernels';
import type { EvaluationKernel, Shape } from './text';

class LayerTable extends TableBuffer {
  constructor(
    { buffer }: TableBuffer,
    readonly arithmetic: Arithmetic,
  ) {
    super(buffer);
  }
}

function geometryOf(node: LayerNode, from: Shape, to: Shape): LayerGeometry {
  if (node.op === 'dense') return { from, to, size: [1, 1], strides: [1, 1], before: [0, 0] };
  const { size, strides, padding } = node;
  return { from, to, size, strides, before: [padding[0], padding[2]] };
}

class WebgpuNetwork implements FusedNetwork {
  private readonly kernels = new Map<string, EvaluationKernel>();
  private readonly norms = new Map<string, TableBuffer>();
  private readonly device: EvaluationDevice = evaluationDevice();
  private readonly shapes: ReturnType<typeof inferShapes>;
  private fusion: (Fusion & { readonly of: readonly (readonly number[])[] }) | undefined;

  constructor(
    private readonly network: Network,
    private readonly steps: readonly Step[],
  ) {
    this.shapes = inferShapes(network);
  }

  /** True if every step has a kernel. */
  get isSupported(): boolean {
    return this.steps.every(({ node, inputs, activation }, i) => {
      if (isLayer(node)) {
        if (!isSimple(node)) return false;
        return node.op === 'depthwiseConv2d' || tileOf(this.geometry(node, inputs[0], i), 'float') !== undefined;
      }
      if (node.op === 'input' || node.op === 'flatten') return true;
      const froms = inputs.map((j) => this.shapeOf(j));
      return plainKernel(node, froms, this.shapeOf(i), activation, false) !== undefined;
    });
  }

  layerTable(layer: RoundedLayer): DeviceTable | undefined {
    const packed = packLayer(layer, layer.node.op === 'depthwiseConv2d', this.device.addsBytes);
    return packed && new LayerTable(this.device.table(packed.words), packed.arithmetic);
  }

  averageTable(grid: UniformGrid): DeviceTable {
    return this.device.table(new Uint32Array(Float32Array.from(gridRows(grid)).buffer));
  }

  begin(inputs: readonly (readonly number[])[]): FusedInputs & FusedPass {
    if (this.fusion?.of !== inputs) this.fusion = { ...fuseSteps(this.steps, inputs), of: inputs };
    const { fusion } = this;
    const pass = this.device.begin();
    return {
      inputs: fusion.inputs,
      inside: fusion.inside,
      end: () => pass.end(),
      run: (i, tensors, tableOf) => {
        const { node } = this.steps[i];
        const [x] = tensors;
        const shape = [x.shape[0], ...(this.shapes.get(node.id) as readonly number[])];
        if (node.op === 'flatten') return tf.reshape(x, shape);
        const sum = fusion.sums.get(i);
        const table = (sum ? tableOf(sum.layer) : node.op === 'batchNorm' ? this.normTable(node) : tableOf(i)) as
          | TableBuffer
          | undefined;
        const kernel = this.kernelOf(i, fusion.inputs[i], sum, table);
        const [first, ...rest] = tensors;
        return pass.run(kernel, sum && table ? [first, table, ...rest] : table ? [...tensors, table] : tensors, shape);
      },
    };
  }

  dispose(): void {
    for (const table of this.norms.values()) table.dispose();
    this.norms.clear();
  }

  private kernelOf(
    i: number,
    inputs: readonly number[],
    sum: FusedSum | undefined,
    table: TableBuffer | undefined,
  ): EvaluationKernel {
    const arithmetic = table instanceof LayerTable ? table.arithmetic : undefined;
    const key = `${i}/${inputs.join()}/${arithmetic ?? table !== undefined}`;
    const known = this.kernels.get(key);
    if (known !== undefined) return known;
    const made = arithmetic
      ? this.layerKernel(i, inputs, sum, arithmetic)
      : plainKernel(
          this.steps[i].node,
          inputs.map((j) => this.shapeOf(j)),
          this.shapeOf(i),
          this.steps[i].activation,
          table !== undefined,
        );
    this.kernels.set(key, made as EvaluationKernel); // `isSupported` has seen to it
    return made as EvaluationKernel;
  }

  private layerKernel(
    i: number,
    inputs: readonly number[],
    sum: FusedSum | undefined,
    arithmetic: Arithmetic,
  ): EvaluationKernel {
    const { node, activation } = this.steps[sum?.layer ?? i] as Step & { node: LayerNode };
    const shortcut = sum && {
      ...sum.shortcut,
      from: this.shapeOf(inputs[1]),
      activation: this.steps[i].activation,
    };
    const end: LayerEnd = { activation, ...(shortcut && { shortcut }) };
    const geometry = this.geometry(node, inputs[0], i);
    return node.op === 'depthwiseConv2d'
      ? depthwiseKernel(geometry, arithmetic, end)
      : convolutionKernel(geometry, arithmetic, end);
  }

  private geometry(node: LayerNode, from: number, to: number): LayerGeometry {
    return geometryOf(node, this.shapeOf(from), this.shapeOf(to));
  }

  private shapeOf(step: number): Shape {
    const shape = this.shapes.get(this.steps[step].node.id) as readonly number[];
    return shape.length === 1 ? [1, 1, shape[0]] : (shape as Shape);
  }

  /** Mean, factor and shift of a batch norm that is not folded. */
  private normTable(node: BatchNormNode): TableBuffer {
    const known = this.norms.get(node.id);
    if (known !== undefined) return known;
    const values = (part: string) => this.network.parameters.get(parameterName(node.id, part))?.values ?? [];
    const rows = [...values('mean'), ...batchNormLine(this.network, node).multiplier, ...values('beta')];
    const made = this.device.table(new Uint32Array(Float32Array.from(rows).buffer));
    this.norms.set(node.id, made);
    return made;
  }
}

/** A network on tfjs' WebGPU backend, which must be the current one; undefined if it has a step without a kernel. */
export function webgpuNetwork(network: Network, steps: readonly Step[]): FusedNetwork | undefined {
  const made = new WebgpuNetwork(network, steps);
  return made.isSupported ? made : undefined;
}
