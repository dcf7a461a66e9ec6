// Results shipped with the page (`public/precomputed/<network>-<dataset>.json`): a sensitivity table and a cloud of measured
// policies, so that estimates and the plot show real data before the engine is ready.
import { fetchAsset, readJson } from '../../engine/assets';
import type { SensitivityTable } from '../../engine/protocol/measuring';
import type { Architecture } from '../../graph/network';
import { type BitPolicy, checkPolicy, policyKey } from '../../graph/policy';
import { type Proportion, wilson } from '../../math/statistics';
import type { QuantScheme } from '../../quant/registry';
import type { AnyNetworkId } from '../../zoo/registry';
import { hasResults, shippedName } from '../../zoo/shipped';

/** One measured policy of the cloud. */
export interface ShippedPoint {
  readonly policy: BitPolicy;
  readonly accuracy: Proportion;
  readonly loss: number;
}

export interface Shipped {
  /** One line: how, when and on how many images these were measured. */
  readonly origin: string;
  readonly scheme: QuantScheme;
  readonly sensitivity: SensitivityTable;
  readonly cloud: readonly ShippedPoint[];
}

/** Comparison of the quantizers on trained networks: `public/precomputed/quantizers.json`. */
export interface ShippedComparison {
  readonly origin: string;
  readonly results: readonly {
    readonly network: string;
    readonly dataset: string;
    readonly scheme: QuantScheme;
    readonly bits: number;
    readonly correct: number;
    readonly n: number;
  }[];
}

interface ShippedFile extends Omit<Shipped, 'cloud'> {
  readonly cloud: readonly { policy: unknown; accuracy: number | Proportion; n: number; loss: number }[];
}

/** Parses the content of such a file, each policy once. @throws PolicyError for a policy of another architecture. */
export function readShipped(content: unknown, architecture: Architecture): Shipped {
  const file = content as ShippedFile;
  const points = file.cloud.map(({ policy, accuracy, n, loss }) => {
    const share = typeof accuracy === 'number' ? accuracy : accuracy.value;
    return { policy: checkPolicy(architecture, policy), accuracy: wilson(Math.round(share * n), n), loss };
  });
  const cloud = [...new Map(points.map((point) => [policyKey(point.policy), point])).values()];
  return { origin: file.origin, scheme: file.scheme, sensitivity: file.sensitivity, cloud };
}

/** Fetches a JSON file of the site. */
async function fetchJson(path: string): Promise<unknown> {
  return readJson(await fetchAsset(path, path), path);
}

/**
 * Fetches the results shipped for a network and data set; null if there are none.
 * @throws AssetError if they cannot be loaded, PolicyError if they do not match the network.
 */
export async function fetchShipped(
  network: AnyNetworkId,
  dataset: string,
  architecture: Architecture,
): Promise<Shipped | null> {
  if (!hasResults(network, dataset)) return null;
  return readShipped(await fetchJson(`precomputed/${shippedName(network, dataset)}.json`), architecture);
}

/**
 * Fetches the comparison of the quantizers.
 * @throws AssetError if it cannot be loaded.
 */
export async function fetchComparison(): Promise<ShippedComparison> {
  return (await fetchJson('precomputed/quantizers.json')) as ShippedComparison;
}
