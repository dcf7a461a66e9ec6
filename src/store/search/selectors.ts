// Values derived from search runs: those that match the network in use, those on the plot, the active one.
import { layersOf } from '../../graph/network';
import { schemeName } from '../../quant/registry';
import { latest } from '../measure/selectors';
import type { Desk } from '../state/desk';
import type { SearchRun } from '../state/searchRun';

type InUse = Pick<Desk, 'networkId' | 'datasetId' | 'network'>;

/** True if network, weights and images in use are those of the run, and its policies match the layers. */
export function runFits({ network, dataset, fingerprint, points, chosen }: SearchRun, inUse: InUse): boolean {
  const { networkId, datasetId, network: used } = inUse;
  if (network !== networkId || dataset !== datasetId || fingerprint !== used?.fingerprint) return false;
  // Stored runs are validated on their own, so their layers may not match the network that they name.
  const policy = points[0]?.policy ?? chosen?.policy;
  return policy === undefined || layersOf(used.architecture).every(({ id }) => Object.hasOwn(policy, id));
}

const listed = latest((runs: readonly SearchRun[]) => runs.filter((run) => !run.discarded));
const thrown = latest((runs: readonly SearchRun[]) => runs.filter((run) => run.discarded));

/** The listed runs, newest first. */
export function runsListed({ runs }: Pick<Desk, 'runs'>): readonly SearchRun[] {
  return listed(runs);
}

/** Discarded runs that can still be restored. */
export function runsDiscarded({ runs }: Pick<Desk, 'runs'>): readonly SearchRun[] {
  return thrown(runs);
}

const onPlot = latest(
  (
    runs: readonly SearchRun[],
    compared: readonly string[],
    scheme: Desk['scheme'],
    networkId: Desk['networkId'],
    datasetId: Desk['datasetId'],
    network: Desk['network'],
  ) =>
    runs.filter(
      (run) =>
        compared.includes(run.id) &&
        runFits(run, { networkId, datasetId, network }) &&
        schemeName(run.setting.scheme) === schemeName(scheme),
    ),
);

/** Runs compared on the plot: the chosen ones whose network, weights, images and rounding are in use. */
export function runsCompared(state: Desk): readonly SearchRun[] {
  const { compared, scheme, networkId, datasetId, network } = state;
  return onPlot(listed(state.runs), compared, scheme, networkId, datasetId, network);
}

/** The active run. */
export function activeRun({ runs }: Pick<Desk, 'runs'>): SearchRun | undefined {
  return runs.find(({ state }) => state === 'running' || state === 'pausing');
}
