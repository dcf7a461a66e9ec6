// The list of imported networks: names and architectures, stored in this browser with one entry each. The engine stores
// their weights (engine/ownNetworks.ts) and finds those that are no longer listed.
import { parseArchitecture } from '../../formats/architectureJson';
import { layersOf } from '../../graph/network';
import { inferShapes } from '../../graph/shapes';
import { type AnyNetworkId, isZooNetwork, networks, type OwnNetworkId } from '../../zoo/registry';
import { desk } from '../state/desk';
import { keysOf, removeEntry, textOf, writeEntry } from '../state/entries';
import type { OwnNetworkCard } from '../state/importing';
import { setAside, takeUpEntry } from '../state/unreadable';

const KEY = 'fewbits.own-network.';
/** The single entry with all networks that earlier versions wrote. */
const OLD_KEY = 'fewbits.own-networks';
const LONGEST_LABEL = 60;

/** A name that can be displayed anywhere: printable, on one line, at most 60 characters. */
export function cleanLabel(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim();
  return [...plain].slice(0, LONGEST_LABEL).join('').trim();
}

/** The id of an imported network with this name: letters, digits and hyphens. */
export function ownId(label: string): OwnNetworkId {
  const slug = label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `own-${slug || 'network'}`;
}

/** The name of a network on the page. */
export function networkLabel(id: AnyNetworkId): string {
  if (isZooNetwork(id)) return networks[id].label;
  return ownNetwork(id)?.label ?? id.slice('own-'.length);
}

/** The imported network with this id; undefined if it is not listed. */
export function ownNetwork(id: AnyNetworkId): OwnNetworkCard | undefined {
  return desk.getState().ownNetworks.find((card) => card.id === id);
}

/** Reads the list from earlier visits, and follows its changes by other tabs. */
export function recallOwnNetworks(): void {
  takeOverOldList();
  const cards = keysOf(KEY).flatMap((key) => cardAt(key, textOf(key)) ?? []);
  desk.setState({ ownNetworks: newestFirst(cards) });
  if (typeof window === 'undefined') return;
  window.addEventListener('storage', ({ key, newValue }) => {
    if (!key?.startsWith(KEY)) return;
    const id = key.slice(KEY.length) as OwnNetworkId;
    const card = cardAt(key, newValue);
    if (card) show(card);
    else desk.setState({ ownNetworks: without(id) });
  });
}

/** Puts a network on top of the list, replacing one with the same id. False if it cannot be stored. */
export function listOwnNetwork(card: Omit<OwnNetworkCard, 'at'>): boolean {
  const dated = { ...card, at: Date.now() };
  show(dated);
  return writeEntry(KEY + card.id, JSON.stringify(dated));
}

/** Removes a network from the list. */
export function unlistOwnNetwork(id: OwnNetworkId): void {
  desk.setState({ ownNetworks: without(id) });
  removeEntry(KEY + id);
}

const without = (id: OwnNetworkId) => desk.getState().ownNetworks.filter((card) => card.id !== id);
const newestFirst = (cards: readonly OwnNetworkCard[]) => [...cards].sort((a, b) => b.at - a.at);

function show(card: OwnNetworkCard): void {
  desk.setState({ ownNetworks: newestFirst([card, ...without(card.id)]) });
}

/** The network of an entry; an unreadable entry is set aside. */
function cardAt(key: string, text: string | null): OwnNetworkCard | undefined {
  takeUpEntry(key);
  if (text === null) return undefined;
  const card = parseCard(text);
  if (card && KEY + card.id === key) return card;
  setAside('network', key);
  return undefined;
}

/** Parses a listed network; undefined for invalid text or a network that cannot run. */
export function parseCard(text: string): OwnNetworkCard | undefined {
  try {
    return cardOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** @throws Error if the value is not a listed network. */
function cardOf(value: unknown): OwnNetworkCard {
  const { label, at, architecture } = value as Partial<OwnNetworkCard>;
  const name = typeof label === 'string' ? cleanLabel(label) : '';
  const parsed = parseArchitecture(architecture);
  inferShapes(parsed);
  if (name === '' || layersOf(parsed).length === 0) throw new TypeError('This is not a network with layers.');
  return { id: ownId(name), label: name, architecture: parsed, at: typeof at === 'number' && at > 0 ? at : 0 };
}

/** Converts the single list of earlier versions to one entry per network. */
function takeOverOldList(): void {
  const text = textOf(OLD_KEY);
  if (text === null) return;
  try {
    const cards = (JSON.parse(text) as unknown[]).map(cardOf);
    const written = cards.map((card, i) => {
      const key = KEY + card.id;
      return textOf(key) !== null || writeEntry(key, JSON.stringify({ ...card, at: cards.length - i }));
    });
    if (written.every(Boolean)) removeEntry(OLD_KEY);
  } catch {
    setAside('network', OLD_KEY);
  }
}
