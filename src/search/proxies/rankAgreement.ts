// Tests a proxy on a network: does it rank policies as measuring them does? Plain numbers.
import { type BitPolicy, policyKey } from '../../graph/policy';
import { bootstrap, type Estimate } from '../../math/bootstrap';
import { spearman } from '../../math/statistics';
import type { SearchPoint } from '../method';
import type { ProxyTable } from './proxies';

/** What a table says of a policy: its layers' values added up. NaN where the table lacks a layer or a width. */
export function harmOf({ layers }: Pick<ProxyTable, 'layers'>, policy: BitPolicy): number {
  return layers.reduce(
    (sum, { id, bits, values }) => sum + (values[bits.indexOf(policy[id]?.weights)] ?? Number.NaN),
    0,
  );
}

/** How well a proxy ranks measured policies. */
export interface RankAgreement {
  /**
   * Spearman's rank correlation of the proxy with the measured cross-entropy, and with the share of wrong answers: 1 when
   * both put the policies in the same order. Intervals are over policies, not over images.
   */
  readonly loss: Estimate;
  readonly errors: Estimate;
}

/**
 * The rank correlations of a proxy with measured policies. Those that its table lacks a width for are left out, and so are
 * policies measured twice; NaN for fewer than two. Policies that a search has picked by the same proxy are no fair sample.
 */
export function rankAgreement(
  table: Pick<ProxyTable, 'layers'>,
  points: readonly Pick<SearchPoint, 'policy' | 'loss' | 'accuracy'>[],
  seed: number,
): RankAgreement {
  const distinct = [...new Map(points.map((point) => [policyKey(point.policy), point])).values()];
  const known = distinct
    .map(({ policy, loss, accuracy }) => ({ harm: harmOf(table, policy), loss, errors: 1 - accuracy.value }))
    .filter(({ harm, loss }) => Number.isFinite(harm) && Number.isFinite(loss));
  const correlation = (what: 'loss' | 'errors') =>
    bootstrap(
      known.length,
      (indices) =>
        spearman(
          indices.map((i) => known[i].harm),
          indices.map((i) => known[i][what]),
        ),
      seed,
    );
  return { loss: correlation('loss'), errors: correlation('errors') };
}
