// Layers that share one width: how their choices are made alike, and which policies keep to that.
import { type BitPolicy, FLOAT, type LayerBits } from '../graph/policy';
import type { Groups } from '../optim/groups';
import { SettingsError } from './settingsError';

/** Ids of the layers of each group; the other layers choose by themselves. */
export type Ties = readonly (readonly string[])[];

/** The groups as indices into `layers`, those without a tie as groups of one, in execution order. @throws SettingsError */
export function groupsOf(layers: readonly { readonly id: string }[], ties: Ties): Groups {
  const ids = layers.map(({ id }) => id);
  const tied = ties.map((group) => group.map((id) => ids.indexOf(id)).sort((a, b) => a - b));
  const all = ties.flat();
  const twice = all.find((id, i) => all.indexOf(id) !== i);
  if (twice !== undefined) throw new SettingsError(`Layer "${twice}" is tied twice; name it in one group.`);
  const unknown = all.find((id) => !ids.includes(id));
  if (unknown !== undefined) throw new SettingsError(`No layer "${unknown}" can be tied; there are ${ids.join(', ')}.`);
  const alone = ids.flatMap((id, l) => (all.includes(id) ? [] : [[l]]));
  return [...tied, ...alone].sort(([a], [b]) => a - b);
}

/** What a layer is locked at binds its whole group. @throws SettingsError if two layers of a group are locked at others. */
export function tiedLocks(
  ties: Ties,
  locks: Readonly<Partial<BitPolicy>>,
  bitsFor: (id: string, locked: LayerBits) => LayerBits,
): Readonly<Partial<BitPolicy>> {
  const bound = ties.flatMap((group) => {
    const [first, other] = new Map(
      group.flatMap((id) => (locks[id] === undefined ? [] : [[locks[id].weights, id] as const])),
    ).values();
    if (first === undefined) return [];
    const lock = locks[first] as LayerBits;
    if (other !== undefined)
      throw new SettingsError(
        `Layers "${first}" and "${other}" share one width, but are locked at ${lock.weights} and ${locks[other]?.weights} bits: unlock one, or do not tie them.`,
      );
    return group.map((id) => [id, bitsFor(id, lock)] as const);
  });
  return { ...Object.fromEntries(bound), ...locks };
}

/**
 * Indices of the choices of all layers, [layer][choice], such that a group has the same widths in the same order: those that all
 * of its layers have. A layer whose activations stay as they are repeats its choice for each width of the activations.
 * @throws SettingsError for a group without a common width.
 */
export function alike(
  layers: readonly { readonly id: string; readonly choices: readonly LayerBits[] }[],
  groups: Groups,
): (readonly number[])[] {
  const choices: (readonly number[])[] = layers.map((layer) => [...layer.choices.keys()]);
  const keeps = layers.map((layer) => layer.choices.every(({ activations }) => activations === FLOAT));
  for (const group of groups) {
    if (group.length === 1) continue;
    const leader = layers[group.find((l) => !keeps[l]) ?? group[0]];
    const rows = leader.choices.flatMap((bits) => {
      const row = group.map((l) =>
        layers[l].choices.findIndex(
          (own) => own.weights === bits.weights && (keeps[l] || own.activations === bits.activations),
        ),
      );
      return row.includes(-1) ? [] : [row];
    });
    if (rows.length === 0)
      throw new SettingsError(
        `Layers ${group.map((l) => `"${layers[l].id}"`).join(', ')} share one width, but no allowed one is common to all.`,
      );
    for (const [i, l] of group.entries()) choices[l] = rows.map((row) => row[i]);
  }
  return choices;
}
