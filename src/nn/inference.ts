// Runs a network under a rounding, one batch at a time. Its layers come from rounding/, and only those whose bits
// changed are uploaded again. If weights and inputs are integers times a scale, integers are added
// (rounding/integerLayer.ts), which gives identical bits on every backend; on wasm by functions of our own, between which
// activations are codes of one byte (codeFlow.ts). A memo may cache the results of steps, so that what a policy change
// does not affect is not computed again. Skipped branches are not computed at all.
import * as tf from '@tensorflow/tfjs-core';
import { readersOfAverages } from '../graph/averages';
import { isLayer, type LayerNode, type Network, type NetworkNode, parameterName } from '../graph/network';
import { inferShapes } from '../graph/shapes';
import { skippedBranches } from '../graph/skips';
import { type QuantScheme, schemeName } from '../quant/registry';
import { hasOneScale } from '../rounding/codedKernel';
import { averageGrid } from '../rounding/integerLayer';
import { layerRounder, type RoundedLayer } from '../rounding/layers';
import type { ActivationRanges, Rounding } from '../rounding/rounding';
import { disposeRounding } from './activations';
import { neededForms } from './codeFlow';
import { fakeQuantize, type TensorGrid, tensorGrid } from './fakeQuant';
import { type DeviceTable, type FusedNetwork, fusedNetwork } from './fusedSteps';
import { addCodes, type Forms, integerLayer, maxPoolCodes, type Result } from './kernels/codesWasm';
import { LayerShelf } from './layerShelf';
import { activate, windowOf } from './layerStep';
import { runPlainNode } from './operations';
import { PassResults } from './passResults';
import { compile, type Step } from './plan';
import { PreparedLayer } from './preparedLayer';

/** Caches results of steps between runs. A result is keyed by a signature of everything that went into it. */
export interface StepMemo {
  get(step: number, signature: number): tf.Tensor | undefined;
  /** Offers a result; true if the memo took it and will dispose it itself. */
  offer(step: number, signature: number, result: tf.Tensor): boolean;
  /** False if an offer of this step would be refused: it may then never exist as floats. */
  wants(step: number): boolean;
  /** True if every step that it wants must be offered, even if kernels can do without. */
  readonly insists?: boolean;
}

export interface InferenceOptions {
  /** Computes each step by itself, also where kernels could do more: the reference for these. */
  readonly composed?: boolean;
}

const NO_MEMO: StepMemo = { get: () => undefined, offer: () => false, wants: () => false };

/** A network on the device under one policy at a time. Dispose it when done. */
export class Inference {
  readonly steps: readonly Step[];
  /** Called when this is disposed, e.g. to drop copies of it elsewhere. */
  readonly whenDisposed: (() => void)[] = [];
  private readonly layers = new Map<string, PreparedLayer>();
  private readonly shelf = new LayerShelf();
  private fused: FusedNetwork | undefined;
  /**
   * Fixed-point formats of the inputs of global averages, by their id, if the layers that read them may add integers.
   */
  private readonly averages = new Map<string, TensorGrid & { readonly key: string; readonly table?: DeviceTable }>();
  private readonly readers: ReadonlyMap<string, string>;
  private readonly signatureIds = new Map<string, number>();
  private signatures: number[] = [];
  /** Inputs of each step: fewer than in `steps` if branches are skipped. */
  private inputs: readonly (readonly number[])[];
  private scheme: QuantScheme = { quantizer: 'affine', granularity: 'channel' };
  private ranges: ActivationRanges = new Map();
  private configured: Rounding | undefined;
  private readonly round: (node: LayerNode, rounding: Rounding) => RoundedLayer;

  constructor(
    readonly network: Network,
    private readonly options: InferenceOptions = {},
  ) {
    this.steps = compile(network);
    this.inputs = this.steps.map(({ inputs }) => inputs);
    this.round = layerRounder(network);
    this.readers = readersOfAverages(network);
  }

  /**
   * Uploads the layers whose bits or scheme changed. Layers with activations below 32 bits need a range, unless the
   * network has learned their rounding, or the scheme needs none.
   * @throws QuantSpecError for bits that the quantizer does not have, CalibrationError for a missing range.
   */
  configure(rounding: Rounding): void {
    const { policy, scheme, ranges } = rounding;
    const changed = schemeName(scheme) !== schemeName(this.scheme) || ranges !== this.ranges;
    if (this.configured === undefined && this.options.composed !== true)
      this.fused = fusedNetwork(this.network, this.steps);
    if (changed) this.shelf.clear();
    if (changed) this.prepareAverages(hasOneScale(scheme) ? ranges : new Map());
    this.scheme = scheme;
    this.ranges = ranges;
    const skipped = skippedBranches(this.network, policy);
    const gone = new Set(skipped.flatMap(({ nodes }) => [...nodes]));
    this.inputs = this.steps.map(({ inputs }) => inputs.filter((i) => !gone.has(this.steps[i].node.id)));
    for (const step of this.steps) {
      if (!isLayer(step.node)) continue;
      const bits = policy[step.node.id];
      const old = this.layers.get(step.node.id);
      const { node } = step;
      if (!gone.has(node.id)) {
        if (!changed && old?.bits.weights === bits.weights && old.bits.activations === bits.activations) continue;
        const fresh =
          this.shelf.take(node.id, bits) ??
          new PreparedLayer(node, scheme, () => this.round(node, rounding), this.fused);
        this.layers.set(node.id, fresh);
      } else this.layers.delete(node.id);
      if (changed) old?.dispose();
      else if (old !== undefined) this.shelf.put(node.id, old);
    }
    this.signatures = [];
    this.steps.forEach(({ node }, i) => {
      const own = (this.layers.get(node.id) ?? this.averages.get(node.id))?.key ?? '';
      this.signatures[i] = this.intern(
        `${i}:${own}:${this.inputs[i].map((input) => this.signatures[input]).join(',')}`,
      );
    });
    this.configured = rounding;
  }

  /** The rounding that it is configured for; undefined before the first one. */
  get rounding(): Rounding | undefined {
    return this.configured;
  }

  /**
   * Logits [n, classes] of a batch [n, h, w, c]; the caller owns both. `observe` sees every layer's input before
   * quantization. `executed` holds the indices of the steps that were computed, not found in the memo.
   */
  run(input: () => tf.Tensor4D, memo: StepMemo = NO_MEMO, observe?: (layer: LayerNode, x: tf.Tensor) => void) {
    const last = this.steps.length - 1;
    const fused = observe === undefined && memo.insists !== true ? this.fusedRun() : undefined;
    const reads = fused?.inputs ?? this.inputs;
    const uses = new Map<number, number>();
    const results = new PassResults(uses);
    const needed = new Set<number>();
    const pending = [last];
    for (let i = pending.pop(); i !== undefined; i = pending.pop()) {
      if (needed.has(i) || results.has(i)) continue;
      const kept = memo.get(i, this.signatures[i]);
      if (kept !== undefined) results.set(i, { float: kept }, false);
      else {
        needed.add(i);
        pending.push(...reads[i]);
      }
    }
    for (const i of needed) for (const j of reads[i]) uses.set(j, (uses.get(j) ?? 0) + 1);
    const forms = neededForms(
      {
        steps: this.steps,
        inputs: reads,
        gridOf: (i) => this.layers.get(this.steps[i].node.id)?.codes?.input,
        keepsFloat: (i) => observe !== undefined || memo.wants(i),
      },
      needed,
    );
    let owned = false;
    for (const i of [...needed].sort((a, b) => a - b)) {
      const step = this.steps[i];
      const inputs = reads[i];
      if (observe !== undefined && isLayer(step.node)) observe(step.node, results.float(inputs[0]) as tf.Tensor);
      const form = forms.get(i) as Forms;
      const result =
        step.node.op === 'input'
          ? { float: input() }
          : fused
            ? {
                float: fused.run(
                  i,
                  inputs.map((j) => results.float(j) as tf.Tensor),
                  (j) => this.tableOf(j),
                ),
              }
            : this.runStep(step, inputs, results, form);
      owned = result.float !== undefined && !memo.offer(i, this.signatures[i], result.float);
      results.set(i, result, owned, form.codes);
      for (const j of inputs) results.release(j);
    }
    fused?.end();
    for (const i of [...needed]) for (const j of fused?.inside.get(i) ?? []) needed.add(j);
    const logits = results.float(last) as tf.Tensor2D;
    return { logits: owned ? logits : logits.clone(), executed: needed };
  }

  dispose(): void {
    for (const layer of this.layers.values()) layer.dispose();
    this.layers.clear();
    this.shelf.clear();
    this.fused?.dispose();
    this.prepareAverages(new Map());
    for (const tell of this.whenDisposed.splice(0)) tell();
  }

  private prepareAverages(ranges: ActivationRanges): void {
    for (const grid of this.averages.values()) {
      disposeRounding(grid);
      grid.table?.dispose();
    }
    this.averages.clear();
    for (const [id, reader] of this.readers) {
      const range = ranges.get(reader);
      const grid = range && averageGrid(range, this.placesOf(id));
      if (grid === undefined) continue;
      const table = this.fused?.averageTable(grid);
      this.averages.set(id, { ...tensorGrid([grid]), key: String(grid.scale), ...(table && { table }) });
    }
  }

  /** Number of spatial positions, h * w, of the tensor that a node reads. */
  private placesOf(id: string): number {
    const { inputs } = this.network.nodes.find((node) => node.id === id) as NetworkNode;
    const [h, w] = inferShapes(this.network).get(inputs[0]) as readonly number[];
    return h * w;
  }

  /** A run by fused kernels; undefined if there are none, or not for the rounding of a layer. */
  private fusedRun(): ReturnType<FusedNetwork['begin']> | undefined {
    const hasAll = this.fused !== undefined && [...this.layers.values()].every(({ table }) => table !== undefined);
    return hasAll ? this.fused?.begin(this.inputs) : undefined;
  }

  private tableOf(step: number): DeviceTable | undefined {
    const { id } = this.steps[step].node;
    return (this.layers.get(id) ?? this.averages.get(id))?.table;
  }

  private intern(text: string): number {
    const known = this.signatureIds.get(text);
    if (known !== undefined) return known;
    this.signatureIds.set(text, this.signatureIds.size);
    return this.signatureIds.size - 1;
  }

  private parameter(node: string, part: string): Float32Array {
    return this.network.parameters.get(parameterName(node, part))?.values as Float32Array;
  }

  /** A step's result in the wanted forms, or as floats if there are no codes. */
  private runStep(step: Step, inputs: readonly number[], results: PassResults, forms: Forms): Result {
    const coded = this.runOnCodes(step, inputs, results, forms);
    if (coded !== undefined) return coded;
    return {
      float: tf.tidy(() =>
        this.runOnFloats(
          step,
          inputs.map((j) => results.float(j) as tf.Tensor),
        ),
      ),
    };
  }

  /** A step that reads or makes codes; undefined for others, and if the codes cannot be made. */
  private runOnCodes(
    { node, activation }: Step,
    inputs: readonly number[],
    results: PassResults,
    forms: Forms,
  ): Result | undefined {
    if (isLayer(node)) {
      const kernel = this.layers.get(node.id)?.codes;
      const codes = kernel && results.codes(inputs[0], kernel.input);
      return codes && integerLayer(codes, kernel, node.op === 'dense' ? undefined : windowOf(node), activation, forms);
    }
    if (forms.codes === undefined) return undefined;
    if (node.op === 'add') {
      const [a, b] = inputs.map((j) => results.float(j) as tf.Tensor);
      return addCodes(a, b, activation, forms);
    }
    const codes = results.codes(inputs[0], forms.codes);
    if (codes === undefined) return undefined;
    if (node.op === 'flatten') return { codes: tf.reshape(codes, [codes.shape[0], -1]) };
    return node.op === 'maxPool' ? { codes: maxPoolCodes(codes, node.size, windowOf(node)) } : undefined;
  }

  private runOnFloats({ node, activation }: Step, inputs: readonly tf.Tensor[]): tf.Tensor {
    if (isLayer(node)) return (this.layers.get(node.id) as PreparedLayer).run(inputs[0], activation);
    if (node.op === 'batchNorm') {
      const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((p) =>
        tf.tensor1d(this.parameter(node.id, p)),
      );
      return tf.batchNorm(inputs[0], mean, variance, beta, gamma, node.epsilon);
    }
    const average = this.averages.get(node.id);
    const read = average === undefined ? inputs : [fakeQuantize(inputs[0], average)];
    return activate(
      runPlainNode(node, read, (part) => tf.tensor1d(this.parameter(node.id, part))),
      activation,
    );
  }
}
