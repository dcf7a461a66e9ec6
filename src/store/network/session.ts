// Connects the desk and the engine: starting, restarting, opening data sets and networks. The worker and its client are kept
// here, not in the store.
import { type DatasetId, datasets } from '../../data/registry';
import { createClient, isCanceled, type Port } from '../../engine/client';
import { toPlainError } from '../../engine/plainError';
import type { BackendInfo, BackendName, DataSource, LoadedNetwork, LoadProgress } from '../../engine/protocol/opening';
import { session } from '../../words/en/session';
import { type AnyNetworkId, isZooNetwork, type NetworkId, networks } from '../../zoo/registry';
import { forgetResults, remeasureEverything, watchPolicy } from '../measure/measuring';
import { announce, showProblem, withdrawProblems } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { engine, messageOf, setEngine } from '../state/engine';
import { preferenceOf } from '../state/engines';
import type { Notice } from '../state/notices';
import { sayNotKept } from '../state/notKept';
import { askToPersist } from '../state/persistence';
import { rememberStep, undoStateOf } from '../state/step';
import { chooseArchitecture, policyFor } from './architecture';
import { siteWasUpdated } from './deployment';
import { imagesOf } from './measured';
import { networkLabel } from './own';
import { loadShipped } from './shipped';
import { heedSilence, trainingHint } from './silence';
import { imagesFor, networkFor } from './suited';

/** Seed for embedded data sets; the shipped results used the same. */
const DATASET_SEED = 1;
const EMBEDDED: DatasetId = 'emoji10';
/** Opened when an imported network cannot be. */
const FALLBACK: NetworkId = 'resnet8';

let spawn: (() => Worker) | null = null;
let worker: Worker | null = null;
let preferred: BackendName | undefined;
let launching: Promise<void> = Promise.resolve();

/** Starts the engine for this page. `spawnWorker` creates a worker and is called again at a restart. */
export function startSession(spawnWorker: () => Worker, backend?: BackendName): void {
  spawn = spawnWorker;
  preferred = backend;
  watchPolicy();
  void loadShipped();
  launching = launch();
}

/** Ends the worker and starts a new one with the same data set, network and policy, optionally on another backend. */
export function restartEngine(backend = preferred): void {
  preferred = backend;
  withdrawProblems('restartEngine');
  stopWorker();
  launching = launch();
}

/** Resolves once the engine runs or has failed to start. */
export function engineStarted(): Promise<void> {
  return launching;
}

function stopWorker(): void {
  const old = engine();
  setEngine(null);
  if (worker) worker.onerror = null;
  worker?.terminate();
  worker = null;
  heedSilence(0);
  old?.fail({ name: 'AbortError', message: session.restarted });
}

function fault(error: unknown): void {
  const message = messageOf(error);
  stopWorker();
  const text = [session.stopped(message), session.kept, ...trainingHint()].join(' ');
  // A requested backend has no fallback, and after a crash browsers may refuse the GPU.
  const at = desk.getState().backend?.name ?? preferred;
  const onGpu = at === 'webgpu' || at === 'webgl';
  const actions = ['restartEngine', ...(onGpu ? ['restartWithoutGpu' as const] : [])] as const;
  const notice: Notice = { text, actions, error: toPlainError(error) };
  desk.setState({ phase: 'failed', fault: notice, measuring: null, loading: null, trainingActive: false });
  void siteWasUpdated().then((updated) => {
    if (updated && desk.getState().fault === notice)
      desk.setState({
        fault: { ...notice, text: `${text} ${session.updated}`, actions: ['reload', ...notice.actions] },
      });
  });
}

async function launch(): Promise<void> {
  if (spawn === null) return;
  forgetResults();
  const none = { fault: null, backend: null, dataset: null, network: null, measuring: null, pool: null };
  desk.setState({ phase: 'starting', ...none });
  try {
    worker = spawn();
    worker.onerror = (event) => fault(event.error ?? (event.message || session.noWorker));
    const client = createClient(worker as unknown as Port);
    setEngine(client);
    client.onFault = fault;
    client.onSilence = heedSilence;
    client.onPool = (pool) => desk.setState({ pool });
    const asked = preferred ? { backend: preferred } : preferenceOf(desk.getState().engines);
    const backend = await client.call('start', asked, progress).result;
    desk.setState({ backend, loading: null });
    sayIfSlow(backend);
    await loadFirst();
    if (desk.getState().network !== null) announce(session.ready(backend.name, backend.device));
  } catch (error) {
    if (!isCanceled(error)) fault(error);
  }
}

/** Plain JavaScript is a last resort; says so unless it was requested. */
function sayIfSlow({ name, passedOver }: BackendInfo): void {
  const wasm = name === 'cpu' && passedOver.find((other) => other.name === 'wasm');
  if (wasm) showProblem(session.noWasm(wasm.reason), { actions: ['restartEngine'] });
}

/**
 * Opens the data set of the last visit, or the embedded one if it is no longer stored in this browser. If neither can be
 * opened, reports it, and the engine waits for one.
 */
async function loadFirst(): Promise<void> {
  const client = engine();
  const dataset = desk.getState().datasetId;
  desk.setState({ phase: 'loading' });
  const opened = dataset !== EMBEDDED && (await loadFirstOf(dataset, { kind: 'stored' }));
  if (!opened) await loadFirstOf(EMBEDDED);
  if (engine() === client) desk.setState({ phase: 'ready' });
}

/** Opens the first images. On failure reports it and returns false. */
async function loadFirstOf(dataset: DatasetId, source?: DataSource): Promise<boolean> {
  try {
    await loadDataset(dataset, source);
    return true;
  } catch (error) {
    const [isLast, { label }] = [dataset === EMBEDDED, datasets[EMBEDDED]];
    const say = isLast ? session.noImages : session.shownInstead;
    showProblem(say(messageOf(error), label), { error, ...(isLast && { actions: ['retryImages'] }) });
    return false;
  }
}

/** Tries to open the images again. */
export function retryImages(): void {
  withdrawProblems('retryImages');
  void loadFirst();
}

const progress = (loading: LoadProgress) => desk.setState({ loading });
let opening: { cancel(): void } | null = null;

/** Cancels loading a data set. */
export function cancelOpening(): void {
  opening?.cancel();
}

/**
 * Opens a data set chosen by the user, once the engine runs, with a network that it suits. On failure the dialog stays open and
 * says why.
 */
export async function openDataset(dataset: DatasetId, source?: DataSource): Promise<void> {
  desk.setState({ datasetError: null });
  await launching;
  const network = networkFor(dataset, desk.getState().networkId);
  const opened = await loadDataset(dataset, source, true, undefined, network).catch(() => false);
  if (opened) desk.setState({ datasetDialog: false });
}

/** Opens a network chosen by the user, with images that it suits. */
export async function chooseNetwork(network: AnyNetworkId): Promise<void> {
  const { datasetId } = desk.getState();
  const images = imagesFor(network, datasetId);
  if (images === datasetId || engine() === null) await openNetwork(network);
  else await loadDataset(images, undefined, true, null, network).catch(() => false);
}

/**
 * Opens images of an earlier visit or step for links and undo, and the network with these weights. On failure the current
 * ones stay in use, and a problem says why.
 */
export async function reopenDataset(dataset: DatasetId, weights: string | null = null): Promise<void> {
  await launching;
  if (engine() === null) desk.setState({ datasetId: dataset });
  else if (await loadDataset(dataset, { kind: 'stored' }, false, weights).catch(() => false)) return;
  const { datasetError, datasetId, networkId, network } = desk.getState();
  if (network === null) void openNetwork(networkId);
  if (datasetError !== null && datasetError !== session.canceled)
    showProblem(session.stays(datasetError, datasets[datasetId].label));
}

/**
 * Opens a data set and then the network for it; with `asStep` as an undo step. On failure the previous one stays, and
 * `datasetError` has the reason.
 */
async function loadDataset(
  dataset: DatasetId,
  source?: DataSource,
  asStep = false,
  weights = dataset === desk.getState().datasetId ? desk.getState().weights : null,
  network = desk.getState().networkId,
): Promise<boolean> {
  const client = engine();
  if (client === null) return false;
  desk.setState({ datasetError: null, loading: { phase: session.openingImages, done: 0, unit: 'bytes' } });
  try {
    const call = client.call('openDataset', { dataset, seed: DATASET_SEED, ...(source ? { source } : {}) }, progress);
    opening = call;
    const summary = await call.result;
    const before = desk.getState();
    if (asStep && before.datasetId !== dataset) rememberStep(undoStateOf(before));
    // The current network was opened for the previous images.
    if (network !== before.networkId) chooseArchitecture(network, summary.classes.length);
    desk.setState({ dataset: summary, datasetId: dataset, network: null, loading: null, weights });
    withdrawProblems('retryImages');
    announce(session.imagesOpen(summary.label, summary.test));
    if (summary.notKept !== undefined) sayNotKept('images', summary.label, summary.notKept);
    else if (source !== undefined) askToPersist();
    return await openNetwork(desk.getState().networkId);
  } catch (error) {
    desk.setState({
      loading: null,
      datasetError: isCanceled(error) ? session.canceled : messageOf(error),
    });
    if (desk.getState().dataset === null && !isCanceled(error)) throw error;
    return false;
  } finally {
    opening = null;
  }
}

/**
 * Loads a network for the open data set; a different network is an undo step. The policy stays if the layers are the same.
 * `weights` are as in the desk; chosen weights are used at the next visit, too.
 */
export async function openNetwork(
  network: AnyNetworkId,
  weights = network === desk.getState().networkId ? desk.getState().weights : null,
  choose = false,
): Promise<boolean> {
  const before = desk.getState();
  if (network !== before.networkId) rememberStep(undoStateOf(before));
  chooseArchitecture(network, before.dataset?.classes.length);
  desk.setState({ weights });
  const client = engine();
  // Before the first images are open, the start will open the network chosen by then.
  if (client === null || before.dataset === null) return false;
  try {
    const call = client.call('openNetwork', { network, choose, ...(weights !== null && { weights }) }, progress);
    const { notKept, unread, ...loaded } = await call.result;
    if (desk.getState().networkId !== network) return false;
    desk.setState({ weights: loaded.fingerprint });
    if (notKept !== undefined) sayNotKept('weights', session.whichWeights(networkLabel(network)), notKept);
    if (unread !== undefined) showProblem(session.unreadWeights(networkLabel(network), unread));
    else if (weights !== null && weights !== 'untrained' && weights !== loaded.fingerprint)
      showProblem(session.goneWeights(networkLabel(network), loaded.checkpoint.origin));
    desk.setState({ network: loaded, loading: null, ...policyFor(loaded.architecture), ...imagesOf(loaded) });
    remeasureEverything(loadShipped());
    return true;
  } catch (error) {
    desk.setState({ loading: null });
    if (isCanceled(error)) return false;
    if (isZooNetwork(network)) {
      if (desk.getState().networkId === network) desk.setState({ weightsMissing: true });
      showProblem(session.noWeights(networks[network].label, messageOf(error)), { error, actions: ['retryNetwork'] });
    } else {
      showProblem(session.shownInstead(messageOf(error), networks[FALLBACK].label), { error });
      if (desk.getState().networkId === network) return openNetwork(FALLBACK);
    }
    return false;
  }
}

/** Tries to load the weights of the network on the desk again. */
export function retryNetwork(): void {
  void openNetwork(desk.getState().networkId);
}

/** Puts a network that the engine has just opened on the desk, with `changes`, as an undo step. */
export function adoptNetwork(network: LoadedNetwork, changes: Partial<Desk>): void {
  rememberStep(undoStateOf(desk.getState()));
  forgetResults();
  desk.setState({
    networkId: network.id,
    network,
    weights: network.fingerprint,
    pins: [],
    selection: [],
    inspected: null,
    shipped: null,
    ...imagesOf(network),
    ...changes,
  });
  remeasureEverything();
}
