// Values derived from the runs of searches: which belong to what is in use, which are drawn, which is at work.
import { layersOf } from '../../graph/network';
import { schemeName } from '../../quant/registry';
import { latest } from '../measure/selectors';
import type { Desk } from '../state/desk';
import type { SearchRun } from '../state/searchRun';

type InUse = Pick<Desk, 'networkId' | 'datasetId' | 'network'>;

/** True when the network, its weights and the images in use are those of the run, and its policies are for these layers. */
export function runFits({ network, dataset, fingerprint, points, chosen }: SearchRun, inUse: InUse): boolean {
  const { networkId, datasetId, network: used } = inUse;
  if (network !== networkId || dataset !== datasetId || fingerprint !== used?.fingerprint) return false;
  // Stored runs are checked by themselves: what they say of their network may have been changed.
  const policy = points[0]?.policy ?? chosen?.policy;
  return policy === undefined || layersOf(used.architecture).every(({ id }) => Object.hasOwn(policy, id));
}

const listed = latest((runs: readonly SearchRun[]) => runs.filter((run) => !run.discarded));
const thrown = latest((runs: readonly SearchRun[]) => runs.filter((run) => run.discarded));

/** The runs of the list, newest first. */
export function runsListed({ runs }: Pick<Desk, 'runs'>): readonly SearchRun[] {
  return listed(runs);
}

/** Runs whose discarding can still be undone. */
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

/** Runs that are drawn and compared: those chosen whose network, weights, images and rounding are in use. */
export function runsCompared(state: Desk): readonly SearchRun[] {
  const { compared, scheme, networkId, datasetId, network } = state;
  return onPlot(listed(state.runs), compared, scheme, networkId, datasetId, network);
}

/** The run at work. */
export function activeRun({ runs }: Pick<Desk, 'runs'>): SearchRun | undefined {
  return runs.find(({ state }) => state === 'running' || state === 'pausing');
}
