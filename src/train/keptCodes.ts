// Codes of single layers at single widths, each chosen by what the layer reads in the float network: they do not depend on
// how other layers are rounded, so that a policy is put together from those chosen before.
import { type LayerNode, layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, isRounded } from '../graph/policy';
import { kernelLayout } from '../quant/granularity';
import type { QuantScheme } from '../quant/registry';
import { total } from '../rounding/choosing/candidates';
import { type ChosenKernel, choosingKernel, type Seen } from '../rounding/choosing/chooseKernel';
import { weightedErrors } from '../rounding/choosing/moments';
import { schemeOfLayer } from '../rounding/layerScheme';
import { roundedKernel } from '../rounding/layers';
import type { Rounding } from '../rounding/rounding';
import type { FloatMoments } from './floatMoments';
import { SharedResults, type Turn } from './sharedWork';
import { hasOwnRounding, storeCodes } from './startFromCodes';

type Codes = Pick<ChosenKernel, 'codes' | 'numbers'>;

/** The codes of every layer and width that were chosen so far, under one scheme. */
export class KeptCodes {
  private readonly chosen = new SharedResults<Codes>();

  constructor(
    private readonly network: Network,
    private readonly scheme: QuantScheme,
    /** Codes with error feedback, as in `ChoosingOptions`. */
    private readonly feedback: boolean,
    private readonly moments: FloatMoments,
  ) {}

  /** The layers of a policy to be chosen yet. */
  missing(policy: BitPolicy): LayerNode[] {
    return this.toChoose(policy).filter(({ id }) => this.chosen.get(`${id}/${policy[id].weights}`) === undefined);
  }

  /** The network with codes for the kernels that a policy rounds; chooses what is missing, and reports each layer chosen. */
  async under(policy: BitPolicy, turn: Turn, report?: (done: number, total: number) => void): Promise<Network> {
    const parameters = new Map(this.network.parameters);
    const nodes = this.toChoose(policy);
    for (const [done, node] of nodes.entries()) {
      const { weights } = policy[node.id];
      storeCodes(parameters, node, this.at(node, weights), await this.choose(node, weights, turn));
      report?.(done + 1, nodes.length);
    }
    return { ...this.network, parameters };
  }

  /** The network with the codes of all `widths` of every layer, e.g. to round one layer at a time. */
  async *fill(
    widths: readonly BitWidth[],
    turn: Turn,
  ): AsyncGenerator<{ readonly done: number; readonly total: number }, Network, void> {
    const nodes = layersOf(this.network);
    const total = nodes.length * widths.length;
    const parameters = new Map(this.network.parameters);
    let done = 0;
    yield { done, total };
    // Layer by layer, so that no layer's moments are gathered twice.
    for (const node of nodes)
      for (const bits of widths) {
        const at = this.at(node, bits);
        if (!hasOwnRounding(this.network, node.id, at))
          storeCodes(parameters, node, at, await this.choose(node, bits, turn));
        yield { done: ++done, total };
      }
    return { ...this.network, parameters };
  }

  /**
   * `E|d * x|^2 / E|W * x|^2` of a layer at each width: `d` is what rounding changes in the kernel `W`, and `x` what the layer
   * reads in the float network. If nothing but a re-estimated batch norm reads the outputs, both are taken around their means.
   * Chooses the codes that are missing. Errors of a layer whose output is zero are 0.
   */
  async relativeErrors(node: LayerNode, widths: readonly BitWidth[], turn: Turn): Promise<number[]> {
    const { network, scheme } = this;
    const { values, shape } = network.parameters.get(parameterName(node.id, 'kernel')) as Parameter;
    const layout = kernelLayout(shape, node.op === 'depthwiseConv2d');
    const { moments } = await this.moments.of(node.id, turn);
    const whole = total(weightedErrors(values, moments, layout));
    const errors: number[] = [];
    for (const bits of widths) {
      const at = this.at(node, bits);
      const parameters = new Map(network.parameters);
      if (isRounded(bits) && !hasOwnRounding(network, node.id, at))
        storeCodes(parameters, node, at, await this.choose(node, bits, turn));
      const rounded = roundedKernel({ ...network, parameters }, node, scheme, bits);
      const change = total(
        weightedErrors(
          rounded.map((value, i) => value - values[i]),
          moments,
          layout,
        ),
      );
      errors.push(whole > 0 ? change / whole : 0);
    }
    return errors;
  }

  /** The layers that a policy rounds and whose rounding the network does not bring. */
  private toChoose(policy: BitPolicy): LayerNode[] {
    const { network, scheme } = this;
    const rounding = { policy, scheme, ranges: new Map() };
    return layersOf(network).filter(
      ({ id }) => isRounded(policy[id].weights) && !hasOwnRounding(network, id, rounding),
    );
  }

  /** The rounding of one layer at a width. */
  private at({ id }: LayerNode, weights: BitWidth): Rounding {
    return { policy: { [id]: { weights, activations: FLOAT } }, scheme: this.scheme, ranges: new Map() };
  }

  private choose(node: LayerNode, bits: BitWidth, turn: Turn): Promise<Codes> {
    return this.chosen.of(`${node.id}/${bits}`, turn, async (shared) =>
      this.chooseNow(node, bits, await this.moments.of(node.id, shared), shared),
    );
  }

  private async chooseNow(node: LayerNode, bits: BitWidth, seen: Seen, turn: Turn): Promise<Codes> {
    const { network, feedback } = this;
    const scheme = schemeOfLayer(this.scheme, network, node);
    const { values, shape } = network.parameters.get(parameterName(node.id, 'kernel')) as Parameter;
    const layout = kernelLayout(shape, node.op === 'depthwiseConv2d');
    const steps = choosingKernel(values, layout, scheme, bits, seen, feedback);
    for (;;) {
      await turn();
      const { value, done } = steps.next();
      if (done) return { codes: value.codes, numbers: value.numbers };
    }
  }
}
