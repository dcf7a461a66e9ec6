// A `Network` is plain data: nodes in execution order, attributes, float32 arrays. Every format reads into it, every
// data set feeds it, every search returns a `BitPolicy` for it. No tensors, no code, no framework.
// Layout: activations [n, h, w, c]; convolution kernels [kh, kw, in, out]; dense kernels [in, out].

/** Height, width, channels of one image's activation; dense activations are [features]. */
export type ActivationShape = readonly [h: number, w: number, c: number] | readonly [features: number];

/** Rows and columns added around an image; explicit, because "same" means different things to different frameworks. */
export type Padding = readonly [top: number, bottom: number, left: number, right: number];

interface NodeBase {
  /** Unique name, also the layer's name on the page. */
  readonly id: string;
  /** Ids of the nodes whose outputs this one reads, all of them earlier in the list. */
  readonly inputs: readonly string[];
}

interface Window {
  readonly size: readonly [h: number, w: number];
  readonly strides: readonly [h: number, w: number];
  readonly padding: Padding;
}

export interface InputNode extends NodeBase {
  readonly op: 'input';
  readonly shape: readonly [h: number, w: number, c: number];
}
/** A convolution's window; its taps are `dilations` rows and columns apart, 1 if absent. */
interface DilatedWindow extends Window {
  readonly dilations?: readonly [h: number, w: number];
}
/**
 * `[n, h, w, cin] -> [n, h', w', filters]`; parameters `kernel` [kh, kw, cin / groups, filters] and, with `bias`, `bias`
 * [filters]. The filters of a group, `filters / groups` in a row, read the channels of that group; 1 group if absent.
 */
export interface Conv2dNode extends NodeBase, DilatedWindow {
  readonly op: 'conv2d';
  readonly filters: number;
  readonly groups?: number;
  readonly bias: boolean;
}
/** One filter per channel (several are a `conv2d` with as many groups as channels); parameters `kernel` [kh, kw, c, 1] and, with `bias`, `bias` [c]. */
export interface DepthwiseConv2dNode extends NodeBase, DilatedWindow {
  readonly op: 'depthwiseConv2d';
  readonly bias: boolean;
}
/** `[n, in] -> [n, units]`; parameters `kernel` [in, units] and, with `bias`, `bias` [units]. */
export interface DenseNode extends NodeBase {
  readonly op: 'dense';
  readonly units: number;
  readonly bias: boolean;
}
/** `gamma (x - mean) / sqrt(variance + epsilon) + beta` per channel; parameters `gamma`, `beta`, `mean`, `variance` [c]. */
export interface BatchNormNode extends NodeBase {
  readonly op: 'batchNorm';
  readonly epsilon: number;
}
/** Zeros around rows and columns, and before and after the channels. */
export interface PadNode extends NodeBase {
  readonly op: 'pad';
  readonly padding: Padding;
  readonly channels: readonly [before: number, after: number];
}
/** Every `strides`-th row and column, from the first. */
export interface SubsampleNode extends NodeBase {
  readonly op: 'subsample';
  readonly strides: readonly [h: number, w: number];
}
/** Channels `from` to `to - 1`. */
export interface ChannelSliceNode extends NodeBase {
  readonly op: 'channelSlice';
  readonly from: number;
  readonly to: number;
}
/** Takes one channel of each group in turn: channel `i groups + g` of the result is the i-th of group g. */
export interface ChannelShuffleNode extends NodeBase {
  readonly op: 'channelShuffle';
  readonly groups: number;
}
/** Repeats each row and column `scale` times. */
export interface UpsampleNode extends NodeBase {
  readonly op: 'upsample';
  readonly scale: readonly [h: number, w: number];
}
/** Padding never wins a maximum; an average counts it only with `countPadding`. */
export interface PoolNode extends NodeBase, Window {
  readonly op: 'maxPool' | 'avgPool';
  readonly countPadding?: boolean;
}
/** `x` above zero; below, `alpha x` for `leakyRelu` and `alpha (exp(x) - 1)` for `elu`. */
export interface SlopedNode extends NodeBase {
  readonly op: 'leakyRelu' | 'elu';
  readonly alpha: number;
}
/** `alpha x + beta`, clipped to 0 and 1. Frameworks differ in both: PyTorch has 1/6 and 1/2, Keras 2 had 1/5 and 1/2. */
export interface HardSigmoidNode extends NodeBase {
  readonly op: 'hardSigmoid';
  readonly alpha: number;
  readonly beta: number;
}
/** Plus `scale` from zero up, minus `scale` below: binary activations. Training passes gradients where `|x| <= scale`. */
export interface SignNode extends NodeBase {
  readonly op: 'sign';
  readonly scale: number;
}
/** `x` above zero, and `alpha x` below; parameter `alpha` [c]. */
export interface PreluNode extends NodeBase {
  readonly op: 'prelu';
}
/**
 * Nodes without attributes. `add` and `concat` (along channels) take two or more inputs, `mul` two, one of which may
 * have one number per channel ([c] or [1, 1, c]) for an image, and the others one. `silu` is
 * `x sigmoid(x)`, `hardSwish` is `x hardSigmoid(x)` with 1/6 and 1/2, `gelu` is `x` times the normal distribution
 * function, and `geluTanh` its approximation by tanh.
 */
export interface PlainNode extends NodeBase {
  readonly op:
    | ('relu' | 'relu6' | 'sigmoid' | 'tanh' | 'silu' | 'hardSwish' | 'gelu' | 'geluTanh')
    | ('add' | 'mul' | 'concat' | 'globalAvgPool' | 'flatten' | 'softmax');
}

export type NetworkNode =
  | InputNode
  | Conv2dNode
  | DepthwiseConv2dNode
  | DenseNode
  | BatchNormNode
  | PadNode
  | SubsampleNode
  | PoolNode
  | ChannelSliceNode
  | ChannelShuffleNode
  | UpsampleNode
  | SlopedNode
  | HardSigmoidNode
  | PreluNode
  | SignNode
  | PlainNode;

/** A node with weights to quantize: the unit that gets a bit width. */
export type LayerNode = Conv2dNode | DepthwiseConv2dNode | DenseNode;

/** Nodes in execution order; the first is the input, the last computes the logits (or their softmax). */
export interface Architecture {
  readonly name: string;
  readonly nodes: readonly NetworkNode[];
}

/** Values of one parameter, row-major. */
export interface Parameter {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Parameters by `<node id>.<kernel|bias|gamma|beta|mean|variance|alpha>`, and learned quantizer parameters by the names of
 * learned.ts. A Map, so that no name from a file is special.
 */
export type Parameters = ReadonlyMap<string, Parameter>;

export interface Network extends Architecture {
  readonly parameters: Parameters;
}

/** True for the nodes that get bit widths. */
export function isLayer(node: NetworkNode): node is LayerNode {
  return node.op === 'conv2d' || node.op === 'depthwiseConv2d' || node.op === 'dense';
}

/** True for a dense layer and for a convolution of one group without dilation. */
export function isSimple(node: LayerNode): boolean {
  if (node.op === 'dense') return true;
  const { dilations = [1, 1] } = node;
  return dilations[0] * dilations[1] === 1 && (node.op !== 'conv2d' || (node.groups ?? 1) === 1);
}

/** Operations that compute each number from one number, by the same function everywhere or in each channel. */
export const ACTIVATIONS: ReadonlySet<NetworkNode['op']> = new Set([
  ...(['relu', 'relu6', 'leakyRelu', 'prelu', 'elu', 'gelu', 'geluTanh', 'silu', 'hardSwish'] as const),
  ...(['sigmoid', 'hardSigmoid', 'tanh', 'sign'] as const),
]);

/**
 * The nodes that get bit widths, in execution order.
 *
 * @example
 * console.log(layersOf(networks.resnet20.build([32, 32, 3], 10)).map(({ id }) => id));
 */
export function layersOf(architecture: Architecture): LayerNode[] {
  return architecture.nodes.filter(isLayer);
}

/** Name of a node's parameter, e.g. `parameterName('stem', 'kernel')` is `stem.kernel`. */
export function parameterName(nodeId: string, part: string): string {
  return `${nodeId}.${part}`;
}
