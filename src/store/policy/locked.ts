// Layers whose widths stay as they are in sweeps, groups, payments and searches.
import { type Architecture, layersOf } from '../../graph/network';
import { faders } from '../../words/en/faders';
import { latest } from '../measure/selectors';
import { announce } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { rememberStep, undoStateOf } from '../state/step';

/** The network's layers among `ids`, from input to output. */
function layersAmong(architecture: Architecture, ids: readonly string[]): string[] {
  return layersOf(architecture).flatMap(({ id }) => (ids.includes(id) ? [id] : []));
}

const lockedAmong = latest(layersAmong);

/** Layers whose width the next search does not change, from input to output. */
export function lockedLayers({ architecture, searchForm }: Pick<Desk, 'architecture' | 'searchForm'>): string[] {
  return lockedAmong(architecture, searchForm.locked);
}

/** Selected layers that are not locked, from input to output. */
export function lockableLayers(state: Pick<Desk, 'architecture' | 'searchForm' | 'selection'>): string[] {
  return layersAmong(state.architecture, state.selection).filter((id) => !state.searchForm.locked.includes(id));
}

/** Locks the selected layers in addition to those already locked. */
export function lockSelected(): void {
  const state = desk.getState();
  lock([...lockedLayers(state), ...lockableLayers(state)]);
}

/** Locks exactly these layers, as an undo step. */
function lock(locked: readonly string[]): void {
  rememberStep(undoStateOf(desk.getState()));
  desk.setState(({ searchForm }) => ({ searchForm: { ...searchForm, locked } }));
}

/** Locks layers, or unlocks them if all of them are locked. */
export function toggleLocks(layers: readonly string[]): void {
  const locked = lockedLayers(desk.getState());
  const unlock = layers.every((id) => locked.includes(id));
  lock(unlock ? locked.filter((id) => !layers.includes(id)) : [...new Set([...locked, ...layers])]);
  const text = layers.join(', ');
  announce(unlock ? faders.areUnlocked(text) : faders.areLocked(text));
}

/** Unlocks all layers. */
export function unlockAll(): void {
  lock([]);
}
