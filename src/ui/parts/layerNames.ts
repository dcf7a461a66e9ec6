// Names of layers in the width of a strip. Networks of one's own have long ones that differ at the end or in the middle.
import { commonPrefix, partsOf } from '../../policy/groups';

/** First letter of each word in a part of a name, with its digits: "layer1" is "l1", "downsample" is "d". */
const initials = (part: string) => part.replace(/([A-Za-z])[A-Za-z]*/g, '$1');
const middle = (name: string, room: number) =>
  name.length <= room ? name : `${name.slice(0, Math.floor((room - 1) / 2))}…${name.slice(-Math.ceil((room - 1) / 2))}`;

/**
 * The initials of the parts in which a name differs from those of its form (equal but for numbers), by name; none for a name
 * that is alone in its form.
 */
function varyingParts(names: readonly string[]): ReadonlyMap<string, string> {
  const forms = new Map<string, string[]>();
  for (const name of names) {
    const form = name.replace(/\d+/g, '#');
    forms.set(form, [...(forms.get(form) ?? []), name]);
  }
  const short = [...forms.values()].flatMap((alike) => {
    const parts = alike.map(partsOf);
    const varies = parts[0].map((first, i) => parts.some((one) => one[i] !== first));
    return alike.map((name, n) => {
      const own = parts[n].filter((_, i) => varies[i]).map(initials);
      return [name, own.join('').replace(/[./_:-]$/, '')] as const;
    });
  });
  return new Map(short.filter(([, text]) => text !== ''));
}

/**
 * A short name for each of the given ones, all of them different: what all begin with is dropped; of names that are still
 * longer than `room`, the leading parts become initials, then the last one too, then the letters on the left, the separators
 * and all parts that do not tell it from its like go, and at last the middle is left out. Where two would become the same, they
 * keep the parts that differ, their initials, or their whole names.
 */
export function shortNames(names: readonly string[], room: number): ReadonlyMap<string, string> {
  const prefix = names.length > 1 ? commonPrefix(names) : '';
  const initial = new Map(
    names.map((name) => {
      const parts = partsOf(name.slice(prefix.length));
      return [name, parts.length > 1 ? parts.map(initials).join('') : parts.join('')];
    }),
  );
  const varying = varyingParts(names);
  const short = new Map(
    names.map((name) => {
      const own = name.slice(prefix.length);
      const parts = partsOf(own);
      const leading = [...parts.slice(0, -1).map(initials), parts.at(-1)].join('');
      const all = initial.get(name) as string;
      const tight = all.replace(/[./_:-]/g, '');
      const fitting = [own, leading, all, all.replace(/^[A-Za-z]+(?=\d)/, ''), tight, varying.get(name) ?? ''];
      return [name, fitting.find((text) => text.length <= room && text !== '') ?? middle(all, room)];
    }),
  );
  const longest = [
    (name: string) => varying.get(name) ?? (initial.get(name) as string),
    (name: string) => initial.get(name) as string,
    (name: string) => name,
  ];
  for (const longer of longest) {
    const all = [...short.values()];
    const twice = new Set(all.filter((text, i) => all.indexOf(text) !== i));
    for (const [name, text] of short) if (twice.has(text)) short.set(name, longer(name));
  }
  return short;
}
