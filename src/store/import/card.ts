// Builds the import card and its proposals from the contents of a file. Pure functions; importing.ts drives the import.
import type { ImportCard, InputTrial } from '../../engine/protocol/ownNetworks';
import { type Architecture, type InputNode, layersOf } from '../../graph/network';
import { opening } from '../../words/en/opening';
import { cleanLabel, ownId, ownNetwork } from '../network/own';
import type { ChosenInput, ModelCard } from '../state/importing';

/** The name of the folder, or of the main file (not a shard) without its extension. */
export function labelOf(names: readonly string[]): string {
  const main = names.find((name) => !/\.(bin|data|weights)$/i.test(name)) ?? names[0];
  const [folder, ...rest] = main.split('/');
  const name = rest.length > 0 ? folder : main;
  return cleanLabel(name.replace(/\.(fewbits\.safetensors|[a-z0-9]{1,11})$/i, '')) || 'network';
}

/** The label, numbered if a different network has it; an identical network is replaced. */
export function freeLabel(label: string, architecture: Architecture | undefined): string {
  const nodes = JSON.stringify(architecture?.nodes);
  for (let i = 1; ; i++) {
    const candidate = i === 1 ? label : `${label} ${i}`;
    const there = ownNetwork(ownId(candidate));
    if (there === undefined || JSON.stringify(there.architecture.nodes) === nodes) return candidate;
  }
}

/** The card before any preprocessing is tried; `files` are the names in words, `fileBytes` the total size. */
export function cardOf(
  { token: _, architecture, states, operations, ...facts }: ImportCard,
  files: string,
  label: string,
  fileBytes: number,
) {
  const brings = [
    states.policy && opening.brings.policy,
    states.scheme && opening.brings.scheme,
    states.ranges && opening.brings.ranges,
    states.normalization && opening.brings.normalization,
  ].filter((part) => part !== undefined);
  const card: ModelCard = {
    ...facts,
    files,
    operations: [...operations].sort(([, a], [, b]) => b - a),
    layers: architecture ? layersOf(architecture).length : null,
    input: architecture ? (architecture.nodes[0] as InputNode).shape : null,
    floatBytes: 4 * facts.parameters,
    fileBytes,
    roundedBytes: states.packedBytes ?? null,
    brings,
  };
  const answers = { trying: false, trials: [], nearChance: false, chosen: null, asked: false, proposed: null };
  return { step: 'card', card, label, ...answers, reorder: true, problem: null, opening: false } as const;
}

/** A tried preprocessing as a choice. */
export const inputOf = ({ normalization, values, channels }: InputTrial): ChosenInput => ({
  way: normalization,
  values,
  channels,
});

/**
 * The order in which a file names its classes: class i of `classes` is output `order[i]`. Undefined if the names differ or
 * have the same order.
 */
export function orderByNames(named: readonly string[], classes: readonly string[]): readonly number[] | undefined {
  const plain = (name: string) => name.trim().toLowerCase();
  const places = new Map(named.map((name, i) => [plain(name), i]));
  const order = classes.map((name) => places.get(plain(name)) ?? -1);
  const complete = named.length === classes.length && new Set(order).size === classes.length && !order.includes(-1);
  return complete && order.some((place, i) => place !== i) ? order : undefined;
}

/** True if a file states ranges and its preprocessing is used; with another, the ranges would differ. */
export function statesRanges({ ranges, normalization }: ImportCard['states'], { way }: ChosenInput): boolean {
  return ranges === true && (normalization === undefined || way === 'file');
}
