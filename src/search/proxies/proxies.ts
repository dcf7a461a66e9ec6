// Proxies: estimates of the loss of each layer at each width that need no measured policy. rankAgreement.ts tests them on a
// network. All concern weights; none covers activations.
// References: LSQ, arXiv 1902.08153, and LIMPQ, arXiv 2203.08368 (steps); HAWQ-V2, arXiv 1911.03852 (traces).
import { type LayerNode, layersOf, type Network, parameterName } from '../../graph/network';
import { type BitWidth, FLOAT } from '../../graph/policy';
import { statisticsStep } from '../../quant/lsq';
import { calibrationOf } from '../../quant/registry';
import { Curvature, type TraceEstimator } from '../../train/curvature';
import type { KeptCodes } from '../../train/keptCodes';
import { relativeOutputErrors } from '../../train/outputError';
import { roundingDifference } from '../allocation/roundingError';
import { settledTrace } from '../allocation/settledTrace';
import type { TrainingContext } from '../method';
import type { Space } from '../space';

export type ProxyId = 'step' | 'squaredStep' | 'sqnr' | 'outputError' | 'hessian' | 'fisher';

/** What each layer is thought to lose at each width, in a unit of the proxy's own; it adds up over the layers. */
export interface ProxyTable {
  readonly id: ProxyId;
  readonly label: string;
  /** Images that it took, forward and backward together. */
  readonly images: number;
  readonly layers: readonly {
    readonly id: string;
    readonly bits: readonly BitWidth[];
    readonly values: readonly number[];
  }[];
}

/** What proxies are gathered on. */
export interface ProxyProblem {
  readonly space: Pick<Space, 'layers'>;
  readonly training: Pick<TrainingContext, 'network' | 'dataset' | 'scheme'>;
  /** The kept codes of a scheme that chooses codes, which `network` holds. */
  readonly kept?: KeptCodes;
  /** Training images for those that look at images. */
  readonly images: number;
  readonly seed: number;
  /** Awaited before every batch of work; throws when it is to end. */
  yieldTurn(): Promise<void>;
}

/** Images of one probe of a trace at most, and how many probes tell what their mean is worth at least. */
const PROBE_IMAGES = 64;
const LEAST_PROBES = 4;

/** Every layer at every width of its weights that the space has; `harm` is 0 for float ones without being asked. */
function tableBy(
  { space, training }: ProxyProblem,
  facts: Pick<ProxyTable, 'id' | 'label' | 'images'>,
  harm: (layer: LayerNode, bits: BitWidth, index: number) => number,
): ProxyTable {
  const nodes = layersOf(training.network);
  const layers = space.layers.map(({ id }, l) => {
    const bits = widthsOf(space, l);
    return { id, bits, values: bits.map((width) => (width === FLOAT ? 0 : harm(nodes[l], width, l))) };
  });
  return { ...facts, layers };
}

function widthsOf({ layers }: ProxyProblem['space'], layer: number): BitWidth[] {
  return [...new Set(layers[layer].choices.map(({ weights }) => weights))].sort((a, b) => a - b);
}

const kernelOf = (network: Network, { id }: LayerNode) =>
  network.parameters.get(parameterName(id, 'kernel'))?.values as Float32Array;

const squared = (values: Float32Array) => values.reduce((sum, v) => sum + v * v, 0);

/** Sums over probes of each layer's trace and of its square, and the images that they took. */
async function tracesOf(problem: ProxyProblem, estimator: TraceEstimator) {
  const { training, seed, images, yieldTurn } = problem;
  const { network, dataset } = training;
  const perProbe = Math.max(1, Math.min(PROBE_IMAGES, Math.floor(images / LEAST_PROBES)));
  const probes = Math.max(1, Math.floor(images / perProbe));
  let looked = 0;
  const worked = async (count: number) => {
    looked += 2 * count;
    await yieldTurn();
  };
  const curvature = new Curvature(network, dataset, { images: perProbe, seed, worked });
  const rows: number[][] = [];
  try {
    for (let probe = 0; probe < probes; probe++) rows.push(await curvature.traces(estimator, probe));
  } finally {
    curvature.dispose();
  }
  const traces = layersOf(network).map((_, l) => {
    const own = rows.map((row) => row[l]);
    const sum = own.reduce((total, trace) => total + trace, 0);
    return settledTrace(
      probes,
      sum,
      own.reduce((total, trace) => total + trace * trace, 0),
    );
  });
  return { traces, looked };
}

async function keptErrors({ space, training, yieldTurn }: ProxyProblem, kept: KeptCodes) {
  const errors = new Map<string, number[]>();
  for (const [l, node] of layersOf(training.network).entries())
    errors.set(node.id, await kept.relativeErrors(node, widthsOf(space, l), yieldTurn));
  return errors;
}

/** Gathers the proxies, those without images first. */
export async function* gatherProxies(problem: ProxyProblem): AsyncGenerator<ProxyTable, void, void> {
  const { space, training, images, yieldTurn } = problem;
  const { network, dataset, scheme } = training;
  const differences = layersOf(network).map(
    (layer, l) =>
      new Map(widthsOf(space, l).map((bits) => [bits, roundingDifference(network, layer, scheme, bits)] as const)),
  );
  const errorOf = (l: number, bits: BitWidth) => squared(differences[l].get(bits) as Float32Array);
  const step = (layer: LayerNode, bits: BitWidth) => statisticsStep(kernelOf(network, layer), bits);

  yield tableBy(problem, { id: 'step', label: 'untrained step (s)', images: 0 }, step);
  yield tableBy(
    problem,
    { id: 'squaredStep', label: 'squared step (s²)', images: 0 },
    (layer, bits) => step(layer, bits) ** 2,
  );
  yield tableBy(
    problem,
    { id: 'sqnr', label: 'noise per signal of the weights (1/SQNR)', images: 0 },
    (layer, bits, l) => errorOf(l, bits) / (squared(kernelOf(network, layer)) || 1),
  );
  let looked = 0;
  const worked = async (count: number) => {
    looked += count;
    await yieldTurn();
  };
  const changes = (layer: LayerNode) => [...differences[layersOf(network).indexOf(layer)].values()];
  // As the search "Output error" has them.
  const errors = problem.kept
    ? await keptErrors(problem, problem.kept)
    : await relativeOutputErrors(network, dataset, changes, { images, worked });
  const seen = problem.kept ? Math.min(calibrationOf(scheme).images, dataset.train.length) : looked;
  yield tableBy(
    problem,
    { id: 'outputError', label: 'relative error of the output', images: seen },
    ({ id }, bits, l) => (errors.get(id) as number[])[widthsOf(space, l).indexOf(bits)],
  );
  for (const [id, estimator, label] of [
    ['hessian', 'hutchinson', 'Hessian trace times rounding error'],
    ['fisher', 'fisher', 'Fisher trace times rounding error'],
  ] as const) {
    const { traces, looked } = await tracesOf(problem, estimator);
    yield tableBy(problem, { id, label, images: looked }, (layer, bits, l) => {
      const numbers = kernelOf(network, layer).length;
      return ((traces[l] / numbers) * errorOf(l, bits)) / 2;
    });
  }
}
