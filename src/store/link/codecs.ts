// The kinds of fields in a link: one of some words, a number, a width per layer, positions of layers. fields.ts lists the
// fields.
import { branchesOf, branchOf } from '../../graph/branches';
import { layersOf } from '../../graph/network';
import {
  BIT_WIDTHS,
  type BitPolicy,
  type BitWidth,
  FLOAT,
  isBitWidth,
  SKIPPED,
  uniformPolicy,
} from '../../graph/policy';
import { closeSkips } from '../../graph/skips';
import type { Field } from '../../options/fields';
import type { RoundedPart } from '../../policy/edits';
import { clampPolicy, isInRange, nearestInRange, widthRangeOf } from '../../policy/widths';
import { linking } from '../../words/en/linking';
import type { Desk } from '../state/desk';
import { PIN_NAMES, type Pin } from '../state/pins';

/** The part of the desk that a link contains: state and view, without weights, images and measurements. */
export type LinkState = Pick<
  Desk,
  | 'networkId'
  | 'architecture'
  | 'policy'
  | 'pins'
  | 'datasetId'
  | 'scheme'
  | 'trainingOptions'
  | 'budget'
  | 'board'
  | 'measuredAs'
  | 'tensorMode'
  | 'axis'
  | 'tab'
  | 'lesson'
  | 'selection'
  | 'inspected'
  | 'inspector'
  | 'image'
  | 'challenge'
  | 'by'
  | 'hidden'
  | 'fixedSeed'
  | 'projected'
  | 'searchForm'
>;

/** Reports what is wrong with a value, and what is done instead: two sentences. */
export type Complain = (why: string, instead: string) => void;

export interface LinkField {
  readonly key: string;
  /** True for a field that is meaningless for another network. */
  readonly ofNetwork: boolean;
  write(state: LinkState): string;
  /** The changes that `text` makes to `state`, to which earlier fields of the table have been applied. */
  read(text: string, state: LinkState, complain: Complain): Partial<LinkState>;
}

/** Converts a value to text and back; undefined for invalid text. */
export interface Codec<T> {
  /** The valid values, in words. */
  wants(): string;
  write(value: T): string;
  read(text: string): T | undefined;
}

/** One of some words; `former`: words of older links, and what they mean now. */
export function oneOf<T extends string>(values: readonly T[], former: ReadonlyMap<string, T> = new Map()): Codec<T> {
  const read = (text: string) => values.find((value) => value === text) ?? former.get(text);
  return { wants: () => values.join(', '), write: (value) => value, read };
}

/** A plain decimal number. */
export function number(min: number, max: number, whole = false): Codec<number> {
  return {
    wants: () => linking.number(whole, min, max),
    write: String,
    read(text) {
      const value = /^\d{1,20}(\.\d{1,30})?(e-\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max && (!whole || Number.isInteger(value)) ? value : undefined;
    },
  };
}

/** Yes or no. */
export const yesNo: Codec<boolean> = {
  wants: () => linking.yesNo,
  write: (value) => (value ? 'yes' : 'no'),
  // Not a table lookup, because `__proto__` is in every table.
  read: (text) => (text === 'yes' ? true : text === 'no' ? false : undefined),
};

/** A declared option, as links write it. */
export function codecOf(field: Field): Codec<number | string | boolean> {
  const codec =
    field.kind === 'number'
      ? number(field.min, field.max, field.integer)
      : field.kind === 'choice'
        ? oneOf(field.choices)
        : yesNo;
  return codec as Codec<number | string | boolean>;
}

/** A field with one value; `label` completes "The … can be", and is read when the field is. */
export function plain<T>(
  key: string,
  label: () => string,
  { wants, write, read }: Codec<T>,
  get: (state: LinkState) => T,
  set: (value: T, state: LinkState) => Partial<LinkState>,
): LinkField {
  return {
    key,
    ofNetwork: false,
    write: (state) => write(get(state)),
    read(text, state, complain) {
      const value = read(text);
      if (value !== undefined) return set(value, state);
      complain(linking.canBe(label(), wants()), linking.stays(write(get(state))));
      return {};
    },
  };
}

/** The character for a width in a link. */
export const characterOf = (bits: BitWidth) => (bits === FLOAT ? 'f' : String(bits));
/** The width for a character. */
export const widthOf = (character: string) => [SKIPPED, ...BIT_WIDTHS].find((bits) => characterOf(bits) === character);

/** One character per layer in execution order, 1-8, f or 0; a single one for a uniform policy. */
export function widths(key: string, tensor: RoundedPart): LinkField {
  return {
    key,
    ofNetwork: true,
    write({ architecture, policy }) {
      const layers = layersOf(architecture);
      const last = policy[layers[layers.length - 1].id][tensor];
      const same = uniformPolicy(architecture, last, last);
      const alike = layers.every(({ id }) => same[id][tensor] === policy[id][tensor]);
      return alike ? characterOf(last) : layers.map(({ id }) => characterOf(policy[id][tensor])).join('');
    },
    read(text, state, complain) {
      const layers = layersOf(state.architecture);
      const characters = [...text];
      const alone = characters.length === 1;
      if (!alone && characters.length !== layers.length) {
        const why = linking.widthCount(characters.length, layers.length, state.architecture.name);
        complain(why, linking.bitsStay(tensor));
        return {};
      }
      const reach = widthRangeOf(state.scheme, tensor);
      const unknown: string[] = [];
      const moved: string[] = [];
      const policy: BitPolicy = Object.fromEntries(
        layers.map(({ id }, i) => {
          const old = state.policy[id];
          const bits = widthOf(characters[alone ? 0 : i]);
          const lost = bits === SKIPPED && branchOf(state.architecture, id) === undefined;
          if (bits === undefined || lost || !isBitWidth(bits, tensor)) {
            unknown.push(id);
            return [id, old];
          }
          const wanted = alone ? uniformPolicy(state.architecture, bits, bits)[id][tensor] : bits;
          if (!isInRange(wanted, reach)) moved.push(id);
          return [id, { ...old, [tensor]: nearestInRange(wanted, reach) }];
        }),
      );
      const skips = tensor === 'weights' && branchesOf(state.architecture).length > 0;
      if (unknown.length > 0) complain(linking.widths(tensor, skips, unknown), linking.layersStay);
      if (moved.length > 0) complain(linking.reach(reach, tensor, moved), linking.layersMoved);
      return { policy: closeSkips(branchesOf(state.architecture), policy) };
    },
  };
}

/** Pinned policies: name, weights and activations of each, `A-8-8,B-88432222ff-8`. Their measurements are made again. */
export function pinned(key: string): LinkField {
  const parts = [widths('', 'weights'), widths('', 'activations')];
  return {
    key,
    ofNetwork: true,
    write: (state) =>
      state.pins
        .map(({ name, policy }) => [name, ...parts.map((part) => part.write({ ...state, policy }))].join('-'))
        .join(','),
    read(text, state, complain) {
      const pins: Pin[] = [];
      for (const entry of text.split(',')) {
        const [given, ...texts] = entry.split('-');
        const name = PIN_NAMES.find((known) => known === given && pins.every((pin) => pin.name !== known));
        if (name === undefined || texts.length !== parts.length) complain(linking.pins(PIN_NAMES), linking.pinLeftOut);
        else {
          const [weights, activations] = parts;
          const half = { ...state, ...weights.read(texts[0], state, complain) };
          const { policy } = { ...half, ...activations.read(texts[1], half, complain) };
          // Where widths cannot be read, they are those of the desk, which another quantizer may have had.
          pins.push({ name, policy: clampPolicy(policy, state.scheme) });
        }
      }
      return { pins };
    },
  };
}

/** Layers by position, from 1, in execution order: `1-3,7`. */
export function places(
  key: string,
  what: () => string,
  get: (state: LinkState) => readonly string[],
  set: (layers: readonly string[], state: LinkState) => Partial<LinkState>,
): LinkField {
  return {
    key,
    ofNetwork: true,
    write(state) {
      const order = layersOf(state.architecture).map(({ id }) => id);
      const at = get(state).flatMap((id) => (order.includes(id) ? [order.indexOf(id) + 1] : []));
      const runs: [number, number][] = [];
      for (const place of at) {
        const run = runs.at(-1);
        if (run && run[1] === place - 1) run[1] = place;
        else runs.push([place, place]);
      }
      return runs.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(',');
    },
    read(text, state, complain) {
      const order = layersOf(state.architecture).map(({ id }) => id);
      const chosen = text.split(',').flatMap((part) => {
        const [, from, to = from] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part) ?? [];
        const exists = Number(from) >= 1 && Number(to) <= order.length;
        return exists ? order.slice(Number(from) - 1, Number(to)) : [undefined];
      });
      const layers = [...new Set(chosen.filter((id) => id !== undefined))];
      if (layers.length < chosen.length) complain(linking.places(what(), order.length), linking.onlyExisting);
      return set(layers, state);
    },
  };
}
