// Assigns numbers to layers. Files name weights (`conv2d/kernel:0`, `model/conv2d/kernel`) or only number them
// (`layers/conv2d/vars/0`); either way a layer's weights come in Keras's order of creation.
import type { Parameter } from '../../../graph/network';
import { IMPORT_LIMITS, ImportError, tooManyWeights } from '../importer';
import type { KerasLayer } from './model';

/** One stored tensor. */
export interface StoredWeight {
  /** Last part of its name without `:0`, e.g. `kernel`; a number where the file has no names. */
  readonly part: string;
  /** File and name, for messages. */
  readonly where: string;
  /** @throws ImportError */
  read(): Parameter;
}

/** All weights of a file. */
export interface KerasWeights {
  /** A layer's weights in file order; undefined if it has none. */
  of(layer: KerasLayer): readonly StoredWeight[] | undefined;
}

/** Splits `model/conv2d/kernel:0` into `model/conv2d` and `kernel`. */
export function splitName(name: string): { layer: string; part: string } {
  const plain = name.replace(/:\d+$/, '');
  const at = plain.lastIndexOf('/');
  return { layer: plain.slice(0, Math.max(0, at)), part: plain.slice(at + 1) };
}

/**
 * Finds weights by full names: a layer's name with its enclosing models, or its own name after any prefix.
 * @param weights by full name, in file order
 */
export function weightsByName(weights: ReadonlyMap<string, StoredWeight>): KerasWeights {
  const byLayer = new Map<string, StoredWeight[]>();
  const byLastName = new Map<string, string[]>();
  for (const [name, weight] of weights) {
    const { layer } = splitName(name);
    const group = byLayer.get(layer);
    if (group !== undefined) group.push(weight);
    else {
      byLayer.set(layer, [weight]);
      const last = layer.slice(layer.lastIndexOf('/') + 1);
      byLastName.set(last, [...(byLastName.get(last) ?? []), layer]);
    }
  }
  return {
    of({ name, outer }) {
      const exact = byLayer.get([...outer, name].join('/')) ?? byLayer.get(name);
      if (exact !== undefined) return exact;
      const candidates = byLastName.get(name.slice(name.lastIndexOf('/') + 1)) ?? [];
      const ending = candidates.filter((path) => path.endsWith(`/${[...outer, name].join('/')}`));
      const found = ending.length === 1 ? ending : candidates;
      return found.length === 1 ? byLayer.get(found[0]) : undefined;
    },
  };
}

/** Alternative names of a part. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  depthwise_kernel: ['kernel'],
  moving_mean: ['mean'],
  moving_variance: ['variance'],
};

/** The image counter of a Normalization: an integer that is not needed. */
const COUNTER = 'count';

/**
 * The weights of a layer, in the order of `parts`: by their names, or else by position. Keras's counters are left out.
 * @throws ImportError if some are missing, or contain non-numbers.
 */
export function layerWeights(
  weights: KerasWeights,
  layer: KerasLayer,
  parts: readonly string[],
  where: string,
): Parameter[] {
  const stored = weights.of(layer) ?? [];
  const byPart = new Map(stored.map((weight) => [weight.part, weight]));
  const named = parts.map((part) => [part, ...(ALIASES[part] ?? [])].map((name) => byPart.get(name)).find(Boolean));
  const found = named.every((weight) => weight !== undefined)
    ? named
    : stored.length === parts.length
      ? stored
      : undefined;
  if (found === undefined)
    throw new ImportError({
      what: `The ${layer.className} "${layer.name}" needs ${parts.join(', ')}; the file has ${
        stored.map(({ part }) => part).join(', ') || 'none of them'
      }.`,
      where,
      why: 'Without all its weights the network cannot be run.',
      next: 'Save the whole model, not its architecture or a part of its weights.',
    });
  return found.filter((_, i) => parts[i] !== COUNTER).map((weight) => finite(weight.read(), weight.where));
}

function finite(parameter: Parameter, where: string): Parameter {
  const bad = parameter.values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0)
    throw new ImportError({
      what: `The weights hold ${parameter.values[bad]} at index ${bad}.`,
      where,
      why: 'A network with such a weight gives no numbers.',
      next: 'Look at this weight in the program that made the file, and save the model again with finite ones.',
    });
  return parameter;
}

/** Counts numbers while reading. */
export class ParameterBudget {
  private used = 0;

  /** @throws ImportError beyond IMPORT_LIMITS. */
  take(count: number, where: string): void {
    this.used += count;
    if (this.used > IMPORT_LIMITS.parameters) tooManyWeights(where, this.used, true);
  }

  get total(): number {
    return this.used;
  }
}
