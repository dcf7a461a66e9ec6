// From a dropped model file to a network on the desk: the engine reads it, tries several preprocessings of the images, and
// opens it. The network itself stays in the engine; the page has its card, with the token that identifies it.
import { isCanceled } from '../../engine/client';
import type { Result } from '../../engine/protocol/commands';
import type { ImportCard, InputFindings, InputTrial, OwnInput } from '../../engine/protocol/ownNetworks';
import { clampPolicy } from '../../policy/widths';
import { opening } from '../../words/en/opening';
import type { OwnNetworkId } from '../../zoo/registry';
import { readOwn } from '../link/link';
import { cleanLabel, listOwnNetwork, networkLabel, ownId, unlistOwnNetwork } from '../network/own';
import { adoptNetwork, engineStarted, openNetwork } from '../network/session';
import { announce, showProblem } from '../state/announce';
import { desk, freshPolicy } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import type { CardStep, ChosenInput, Importing } from '../state/importing';
import { sayNotKept } from '../state/notKept';
import { askForNetwork } from '../state/view';
import { cardOf, freeLabel, inputOf, labelOf, orderByNames, statesRanges } from './card';

/** A file with its path below the dropped folder. */
export interface PathFile {
  readonly path: string;
  readonly file: File;
}

/** Number of labeled images on which every preprocessing is tried. */
const TRIAL_IMAGES = 256;

/** The import in progress. */
interface Work {
  readonly files: readonly PathFile[];
  readonly abort: AbortController;
  card?: ImportCard;
}

let work: Work | null = null;

/** Repeats the trials when other images are opened while the card is shown. */
export function watchImports(): void {
  desk.subscribe((now, before) => {
    if (now.dataset !== before.dataset && now.dataset !== null && now.importing?.step === 'card') void tryAll();
  });
}

/** Cancels the import, so that other files can be chosen. */
export function chooseOthers(): void {
  leave();
  askForNetwork();
}

/** Cancels the import and closes the dialog, without changing the desk. */
export function closeImport(): void {
  leave();
  desk.setState({ importing: null });
}

function leave(): void {
  work?.abort.abort();
  drop(work?.card);
  work = null;
}

/** Tells the engine to drop the network of a card. */
function drop(card: ImportCard | undefined): void {
  if (card?.token !== undefined)
    void engine()
      ?.call('dropNetwork', { token: card.token })
      .result.catch(() => {});
}

const show = (importing: Importing) => desk.setState({ importing });

/** Changes the displayed card; does nothing in another step. */
function change(changes: Partial<CardStep>): void {
  const { importing } = desk.getState();
  if (importing?.step === 'card') show({ ...importing, ...changes });
}

/** Reads model files and shows their contents, or why they cannot be read. */
export async function importFiles(files: readonly PathFile[]): Promise<void> {
  leave();
  const mine: Work = { files, abort: new AbortController() };
  work = mine;
  const names = files.map(({ path }) => path);
  const words = opening.files(names);
  show({ step: 'reading', files: words });
  const read = await readByEngine(mine);
  if (work !== mine) drop(read && 'card' in read ? read.card : undefined);
  else if (read === undefined) show({ step: 'refused', problem: { ...opening.noEngine, where: words } });
  else if ('problem' in read) show({ step: 'refused', problem: read.problem });
  else {
    mine.card = read.card;
    const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
    show(cardOf(read.card, words, freeLabel(labelOf(names), read.card.architecture), bytes));
    await tryAll();
  }
}

/** Lets the engine read the files, again if it was restarted meanwhile. Undefined if no engine runs. */
async function readByEngine({ files, abort }: Work): Promise<Result<'readNetwork'> | undefined> {
  const client = engine();
  if (client === null || abort.signal.aborted) return undefined;
  const call = client.call('readNetwork', { files: files.map(({ path, file }) => ({ name: path, file })) });
  abort.signal.addEventListener('abort', () => call.cancel());
  try {
    return await call.result;
  } catch (error) {
    if (client !== engine()) return readByEngine({ files, abort });
    if (isCanceled(error)) return undefined;
    throw error;
  }
}

/** Tries all preprocessings, and answers the card's questions with the best one. */
async function tryAll(): Promise<void> {
  const mine = work;
  const { token } = mine?.card ?? {};
  if (mine === null || token === undefined) return;
  change({ trying: true, trials: [], problem: null, proposed: null, nearChance: false });
  try {
    await engineStarted();
    const client = engine();
    const { dataset } = desk.getState();
    if (client === null || dataset === null) throw new Error(opening.engineGone);
    const call = client.call('tryInputs', { token, images: TRIAL_IMAGES }, (trial) => {
      const { importing } = desk.getState();
      if (work === mine && importing?.step === 'card') change({ trials: [...importing.trials, trial] });
    });
    mine.abort.signal.addEventListener('abort', () => call.cancel());
    const findings = await call.result;
    if (work !== mine) return;
    answer(findings, dataset.classes);
  } catch (error) {
    if (work !== mine || isCanceled(error)) return;
    if (isGone(error)) await importFiles(mine.files);
    else change({ trying: false, problem: messageOf(error) });
  }
}

/** True if the engine was restarted since it read the files, so that the new one must read them again. */
const isGone = (error: unknown): boolean => error instanceof Error && error.name === 'ImportGoneError';

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

/** Selects a preprocessing that was tried. */
export function chooseTrial(trial: InputTrial): void {
  change({ chosen: inputOf(trial), asked: true });
}

/** Sets a mean or standard deviation by hand. */
export function chooseByHand(part: 'mean' | 'std', color: 0 | 1 | 2, value: number): void {
  const { importing } = desk.getState();
  if (importing?.step !== 'card' || importing.chosen === null) return;
  const { values, channels } = importing.chosen;
  const { mean, std } = values;
  const numbers = values[part].map((old, i) => (i === color ? value : old)) as unknown as ChosenInput['values']['mean'];
  change({ chosen: { way: 'hand', channels, values: { mean, std, [part]: numbers } }, asked: true });
}

/** Uses the proposed order of the classes, or that of the data set. */
export function chooseOrder(reorder: boolean): void {
  change({ reorder });
}

/** Names the network. */
export function nameNetwork(label: string): void {
  change({ label });
}

/** Puts the network in use. On failure the previous one stays, and the card says why. */
export async function takeNetwork(): Promise<void> {
  const mine = work;
  const { importing, scheme, ownNetwork: asked } = desk.getState();
  const client = engine();
  const { token, states } = mine?.card ?? {};
  if (importing?.step !== 'card' || importing.chosen === null || client === null) return;
  if (token === undefined || states === undefined) return;
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
    const recipe = opening.recipe(card.files, card.format, card.producer);
    const statedRanges = statesRanges(states, chosen);
    const params = { id, token, label, input, recipe, statedRanges };
    const { notKept, ...loaded } = await client.call('openOwnNetwork', params).result;
    const stated = { scheme: states.scheme ?? scheme };
    const fresh = freshPolicy(loaded.architecture, stated.scheme);
    const policy = states.policy ? clampPolicy(states.policy, stated.scheme) : fresh.policy;
    const listed = listOwnNetwork({ id, label, architecture: loaded.architecture });
    closeImport();
    adoptNetwork(loaded, { ...stated, ...fresh, policy });
    const waits = asked?.id === id && asked.layers === card.layers;
    if (waits) desk.setState({ ...readOwn(asked, desk.getState()).state, ownNetwork: null });
    const { measured } = loaded;
    announce(opening.opened(label, card.layers ?? 0, measured?.test, measured?.leftOut), true);
    if (notKept !== undefined || !listed) sayNotKept('network', label, notKept);
  } catch (error) {
    if (!isCanceled(error)) change({ opening: false, problem: messageOf(error) });
  }
}

/** Removes an imported network and weights trained from it from this browser. If it is in use, opens another. */
export async function removeNetwork(id: OwnNetworkId): Promise<void> {
  const label = networkLabel(id);
  try {
    await engineStarted();
    if (desk.getState().networkId === id && !(await openNetwork('resnet8'))) return;
    await engine()?.call('forgetOwnNetwork', { id }).result;
    unlistOwnNetwork(id);
    announce(opening.removed(label));
  } catch (error) {
    showProblem(opening.notRemoved(label, messageOf(error)), { error });
  }
}
