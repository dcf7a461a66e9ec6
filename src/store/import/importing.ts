// From a dropped model file to a network on the desk: reading it in a worker that is thrown away, trying how it wants its
// images, and opening it. The network itself waits here and not in the store, because its weights are no plain data.
import { isCanceled } from '../../engine/client';
import { type DisposableWorker, inspectInWorker } from '../../engine/importing';
import type { InputFindings, InputTrial, OwnInput } from '../../engine/protocol/ownNetworks';
import { ImportError, type Inspection } from '../../formats/import/importer';
import { clampPolicy } from '../../policy/widths';
import type { OwnNetworkId } from '../../zoo/registry';
import { readOwn } from '../link/link';
import { cleanLabel, listOwnNetwork, networkLabel, ownId, unlistOwnNetwork } from '../network/own';
import { adoptNetwork, engineStarted, openNetwork } from '../network/session';
import { announce, showProblem } from '../state/announce';
import { desk, freshPolicy } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import type { CardStep, ChosenInput, Importing } from '../state/importing';
import { sayNotKept } from '../state/notKept';
import { cardOf, freeLabel, inputOf, knownRanges, labelOf, orderByNames } from './card';

/** A file with its path below what was dropped. */
export interface PathFile {
  readonly path: string;
  readonly file: File;
}

/** Labeled images on which every way of preparing them is tried. */
const TRIAL_IMAGES = 256;

/** The import under way. */
interface Work {
  readonly abort: AbortController;
  inspection?: Inspection;
}

let spawn: (() => DisposableWorker) | null = null;
let work: Work | null = null;

/** Tells where readers run (a new worker each time), and tries a network anew when other images are opened beside its card. */
export function startImports(spawnReader: () => Worker): void {
  spawn = () => spawnReader() as unknown as DisposableWorker;
  desk.subscribe((now, before) => {
    if (now.dataset !== before.dataset && now.dataset !== null && now.importing?.step === 'card') void tryAll();
  });
}

/** Opens the dialog. */
export function askForNetwork(): void {
  leave();
  desk.setState({ importing: { step: 'choose' } });
}

/** Ends whatever is under way and closes the dialog; the page is as it was before. */
export function closeImport(): void {
  leave();
  desk.setState({ importing: null });
}

function leave(): void {
  work?.abort.abort();
  work = null;
}

const show = (importing: Importing) => desk.setState({ importing });

/** Changes the card on display; nothing when another step is. */
function change(changes: Partial<CardStep>): void {
  const { importing } = desk.getState();
  if (importing?.step === 'card') show({ ...importing, ...changes });
}

/** Reads model files and shows what they hold, or why they cannot be read. */
export async function importFiles(files: readonly PathFile[]): Promise<void> {
  if (spawn === null) return;
  leave();
  const mine: Work = { abort: new AbortController() };
  work = mine;
  const names = files.map(({ path }) => path);
  const words = names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
  show({ step: 'reading', files: words });
  try {
    const dropped = files.map(({ path, file }) => ({ name: path, file }));
    mine.inspection = await inspectInWorker(spawn, dropped, mine.abort.signal);
    if (work !== mine) return;
    const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
    show(cardOf(mine.inspection, words, freeLabel(labelOf(names), mine.inspection), bytes));
    await tryAll();
  } catch (error) {
    if (work !== mine) return;
    if (!(error instanceof ImportError)) throw error;
    const { what, where, why, next } = error;
    show({ step: 'refused', problem: { what, where, why, next } });
  }
}

/** Tries all ways of preparing the images, and answers the card's questions with what fits best. */
async function tryAll(): Promise<void> {
  const mine = work;
  const { network, setting } = mine?.inspection ?? {};
  if (mine === null || network === undefined) return;
  change({ trying: true, trials: [], problem: null, proposed: null, nearChance: false });
  try {
    await engineStarted();
    const client = engine();
    const { dataset } = desk.getState();
    if (client === null || dataset === null) throw new Error('The engine does not run. Restart it, then try again.');
    const also = setting?.normalization as OwnInput['normalization'] | undefined;
    const call = client.call('tryInputs', { network, images: TRIAL_IMAGES, ...(also && { also }) }, (trial) => {
      const { importing } = desk.getState();
      if (work === mine && importing?.step === 'card') change({ trials: [...importing.trials, trial] });
    });
    mine.abort.signal.addEventListener('abort', () => call.cancel());
    const findings = await call.result;
    if (work !== mine) return;
    answer(findings, dataset.classes);
  } catch (error) {
    if (work === mine && !isCanceled(error)) change({ trying: false, problem: messageOf(error) });
  }
}

function answer({ trials, nearChance, reordered }: InputFindings, classes: readonly string[]): void {
  const { importing } = desk.getState();
  if (importing?.step !== 'card') return;
  const named = orderByNames(importing.card.classes ?? [], classes);
  const best = trials.find(({ normalization }) => normalization === 'file') ?? reordered ?? trials[0];
  change({
    trying: false,
    trials,
    nearChance: nearChance && reordered === undefined,
    ...(importing.asked ? {} : { chosen: inputOf(best) }),
    proposed: named
      ? { order: named, from: 'names' }
      : reordered
        ? { order: reordered.order, from: 'answers', accuracy: reordered.accuracy }
        : null,
  });
}

/** Takes a way of preparing the images: one that was tried. */
export function chooseTrial(trial: InputTrial): void {
  change({ chosen: inputOf(trial), asked: true });
}

/** Takes a mean or a standard deviation given by hand. */
export function chooseByHand(part: 'mean' | 'std', color: 0 | 1 | 2, value: number): void {
  const { importing } = desk.getState();
  if (importing?.step !== 'card' || importing.chosen === null) return;
  const { values, channels } = importing.chosen;
  const numbers = values[part].map((old, i) => (i === color ? value : old)) as unknown as ChosenInput['values']['mean'];
  change({ chosen: { way: 'hand', channels, values: { ...values, [part]: numbers } }, asked: true });
}

/** Takes the proposed order of the classes, or that of the images. */
export function chooseOrder(reorder: boolean): void {
  change({ reorder });
}

/** Names the network. */
export function nameNetwork(label: string): void {
  change({ label });
}

/** Puts the network in use. On failure the one before stays, and the card says why. */
export async function takeNetwork(): Promise<void> {
  const mine = work;
  const { importing, scheme, ownNetwork: asked } = desk.getState();
  const client = engine();
  const network = mine?.inspection?.network;
  if (importing?.step !== 'card' || importing.chosen === null || client === null || network === undefined) return;
  const { chosen, proposed, reorder, card } = importing;
  const label = cleanLabel(importing.label) || 'network';
  const id = ownId(label);
  change({ opening: true, problem: null });
  try {
    const input: OwnInput = {
      normalization: chosen.values,
      channels: chosen.channels,
      ...(proposed && reorder && { order: proposed.order }),
    };
    const recipe = `From ${card.files}: ${[card.format, card.producer].filter(Boolean).join(', ')}.`;
    const { setting = {} } = mine?.inspection ?? {};
    const known = knownRanges(setting, chosen);
    const trainedUnderRounding = setting.provenance?.trainedUnderRounding ?? false;
    const of = { network: { ...network, name: label }, input, recipe, trainedUnderRounding };
    const params = { id, ...of, ...(known && { known }) };
    const { notKept, ...loaded } = await client.call('openOwnNetwork', params).result;
    const brought = { scheme: setting.scheme ?? scheme };
    const fresh = freshPolicy(loaded.architecture, brought.scheme);
    const policy = setting.policy ? clampPolicy(setting.policy, brought.scheme) : fresh.policy;
    const listed = listOwnNetwork({ id, label, architecture: loaded.architecture });
    closeImport();
    adoptNetwork(loaded, { ...brought, ...fresh, policy });
    const waits = asked?.id === id && asked.layers === card.layers;
    if (waits) desk.setState({ ...readOwn(asked, desk.getState()).state, ownNetwork: null });
    announce(`${label} is open: ${card.layers} layers.`);
    if (notKept !== undefined || !listed) sayNotKept('network', label, notKept);
  } catch (error) {
    if (!isCanceled(error)) change({ opening: false, problem: messageOf(error) });
  }
}

/** Takes an own network out of this browser, with what was trained from it; another is opened when it is in use. */
export async function removeNetwork(id: OwnNetworkId): Promise<void> {
  const label = networkLabel(id);
  try {
    await engineStarted();
    if (desk.getState().networkId === id && !(await openNetwork('resnet8'))) return;
    await engine()?.call('forgetOwnNetwork', { id }).result;
    unlistOwnNetwork(id);
    announce(`${label} is removed from this browser.`);
  } catch (error) {
    showProblem(`${label} could not be removed: ${messageOf(error)}`, { error });
  }
}
