// Names of layers in the width of a strip. Networks of one's own have long ones that differ at the end or in the middle.
import { commonPrefix, partsOf } from '../../policy/groups';

/** Longest name that fits a strip, in characters, where a network has `layers` of them. */
export function roomOfStrip(layers: number): number {
  return Math.max(6, Math.min(16, Math.floor(160 / layers)));
}

/** First letter of each word in a part of a name, with its digits: "layer1" is "l1", "downsample" is "d". */
const initials = (part: string) => part.replace(/([A-Za-z])[A-Za-z]*/g, '$1');
const middle = (name: string, room: number) =>
  name.length <= room ? name : `${name.slice(0, Math.floor((room - 1) / 2))}…${name.slice(-Math.ceil((room - 1) / 2))}`;

/**
 * A short name for each of the given ones, all of them different: what all begin with is dropped; of names that are still
 * longer than `room`, the leading parts become initials, then the last one too, then the middle is left out. Where two would
 * become the same, they keep their whole names.
 */
export function shortNames(names: readonly string[], room: number): ReadonlyMap<string, string> {
  const prefix = names.length > 1 ? commonPrefix(names) : '';
  const short = new Map(
    names.map((name) => {
      const own = name.slice(prefix.length);
      const parts = partsOf(own);
      const leading = [...parts.slice(0, -1).map(initials), parts.at(-1)].join('');
      const all = parts.length > 1 ? parts.map(initials).join('') : own;
      return [name, [own, leading, all].find((text) => text.length <= room) ?? middle(all, room)];
    }),
  );
  const all = [...short.values()];
  const twice = new Set(all.filter((text, i) => all.indexOf(text) !== i));
  for (const [name, text] of short) if (twice.has(text)) short.set(name, name);
  return short;
}
