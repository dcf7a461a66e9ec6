// The networks that a person brought, as the page lists them: names and architectures, kept in this browser. Their weights
// are kept by the engine (engine/ownNetworks.ts); which of both is there decides when one is opened.
import { parseArchitecture } from '../formats/architectureJson';
import { type AnyNetworkId, isZooNetwork, networks, type OwnNetworkId } from '../zoo/registry';
import { desk } from './desk';
import type { OwnNetworkCard } from './importSteps';

const KEY = 'bitmixer.own-networks';
const LONGEST_LABEL = 60;

/** A name that can be shown anywhere: printable, on one line, of at most 60 characters. */
export function cleanLabel(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim();
  return [...plain].slice(0, LONGEST_LABEL).join('').trim();
}

/** The id of an own network of this name: letters, digits and hyphens. */
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

/** The own network of this id; undefined when it is not listed. */
export function ownNetwork(id: AnyNetworkId): OwnNetworkCard | undefined {
  return desk.getState().ownNetworks.find((card) => card.id === id);
}

/** Reads the list of the visits before; entries that are damaged are left out. */
export function recallOwnNetworks(): void {
  desk.setState({ ownNetworks: stored() });
}

function stored(): OwnNetworkCard[] {
  try {
    const entries: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(entries) ? entries.flatMap(cardOf) : [];
  } catch {
    // No storage, or not what this page wrote.
    return [];
  }
}

function cardOf(entry: unknown): OwnNetworkCard[] {
  try {
    const { label, architecture } = entry as Partial<OwnNetworkCard>;
    if (typeof label !== 'string' || cleanLabel(label) === '') return [];
    const name = cleanLabel(label);
    return [{ id: ownId(name), label: name, architecture: parseArchitecture(architecture) }];
  } catch {
    return [];
  }
}

/** Puts a network on top of the list, in place of one with the same id. False when the list cannot be kept. */
export function listOwnNetwork(card: OwnNetworkCard): boolean {
  return list([card, ...desk.getState().ownNetworks.filter(({ id }) => id !== card.id)]);
}

/** Takes a network off the list. */
export function unlistOwnNetwork(id: OwnNetworkId): void {
  list(desk.getState().ownNetworks.filter((card) => card.id !== id));
}

function list(ownNetworks: readonly OwnNetworkCard[]): boolean {
  desk.setState({ ownNetworks });
  try {
    localStorage.setItem(KEY, JSON.stringify(ownNetworks));
    return true;
  } catch {
    return false;
  }
}
