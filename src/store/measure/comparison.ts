// The comparison of the quantizers on the network in use, without retraining: measured here, or shipped for its weights.
import { type BitWidth, FLOAT, samePolicy, uniformPolicy } from '../../graph/policy';
import { type Proportion, wilson } from '../../math/statistics';
import { COMPARED, type ComparedScheme } from '../../quant/comparison';
import { schemeName } from '../../quant/registry';
import { measuring } from '../../words/en/measuring';
import { showProblem, withdrawProblems } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { messageOf } from '../state/engine';
import { fetchComparison } from '../state/shipped';
import { costsOf, floatPolicy } from './costs';
import { measureSeries } from './measuring';
import { contextOf } from './selectors';

/** One row of the comparison. */
export interface ComparisonRow extends ComparedScheme {
  /** Size of the packed file in bytes. */
  readonly memory: number;
  readonly accuracy?: Proportion;
  readonly source: 'measured' | 'shipped' | 'none';
}

const FLOAT_ROW: ComparedScheme = { scheme: COMPARED[0].scheme, bits: FLOAT };

function policyOf({ architecture }: Pick<Desk, 'architecture'>, bits: number) {
  return bits === FLOAT ? floatPolicy(architecture) : uniformPolicy(architecture, bits as BitWidth, FLOAT);
}

/** Float first, then every compared scheme. */
export function comparisonRows(
  now: Pick<Desk, 'architecture' | 'comparison' | 'measured' | 'networkId' | 'datasetId' | 'network'>,
): ComparisonRow[] {
  const { architecture, comparison, measured, networkId, datasetId, network } = now;
  const asShipped = network === null || network.checkpoint.origin === 'shipped';
  return [FLOAT_ROW, ...COMPARED].map(({ scheme, bits }) => {
    const policy = policyOf(now, bits);
    const row = { scheme, bits, memory: costsOf(architecture, policy, scheme).memory };
    const context = contextOf({ ...now, scheme });
    const here = measured.findLast((point) => point.context === context && samePolicy(point.policy, policy));
    if (here !== undefined) return { ...row, accuracy: here.accuracy, source: 'measured' };
    const shipped = comparison?.results.find(
      (result) =>
        result.network === networkId &&
        result.dataset === datasetId &&
        result.bits === bits &&
        schemeName(result.scheme) === schemeName(scheme),
    );
    if (shipped === undefined || !asShipped) return { ...row, source: 'none' };
    return { ...row, accuracy: wilson(shipped.correct, shipped.n), source: 'shipped' };
  });
}

/** Measures all rows on this device, on the whole test split. */
export function measureComparison(): void {
  const now = desk.getState();
  void measureSeries([FLOAT_ROW, ...COMPARED].map(({ scheme, bits }) => ({ policy: policyOf(now, bits), scheme })));
}

/** Fetches the shipped comparison once. Without it, rows must be measured here. */
export async function loadComparison(): Promise<void> {
  if (desk.getState().comparison !== null) return;
  withdrawProblems('retryComparison');
  try {
    desk.setState({ comparison: await fetchComparison() });
  } catch (error) {
    showProblem(measuring.noComparison(messageOf(error)), {
      error,
      actions: ['retryComparison'],
    });
  }
}
