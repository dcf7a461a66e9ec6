// The harm of single layers: a table with one cell per choice of each layer, measured with all other layers at their base
// bits, narrow widths first. Layers that share a width change together, and share the harm. Cells beyond the budget are filled
// in from the squared rounding error, and the table is made monotone, so that noise never makes fewer bits look better.
import { layersOf } from '../../graph/network';
import { type BitPolicy, FLOAT, type LayerBits, SKIPPED } from '../../graph/policy';
import { closeSkips } from '../../graph/skips';
import { fitDecreasing, interpolate, type WeightedPoint } from '../../math/isotonic';
import { spread } from '../../optim/groups';
import type { TableInside } from '../insides';
import type { SearchProblem } from '../method';
import type { Space, SpaceLayer } from '../space';
import { squaredRoundingError } from './roundingError';

/** A measured cell: the harm to the network if only layer `layer` (by index), with its group, takes its choice `choice`. */
export type Cell = readonly [layer: number, choice: number, harm: number];

/** Choices of a group of layers measured as one series, narrowest first, with their rounding errors. */
interface Column {
  /** By index; cells are named by the first. */
  readonly group: readonly number[];
  readonly choices: readonly number[];
  /** Squared rounding error in any unit, one per choice. */
  readonly errors: readonly number[];
  /** `skip` leaves the layers out and has a column of its own: skipping may well harm less than one bit. */
  readonly kind: 'weights' | 'activations' | 'skip';
}

/** The single-layer harms of a space, measured one by one. */
export class CellTable {
  /** Index of each layer's widest choice, which has no harm. */
  readonly widest: readonly number[];
  private readonly columns: readonly Column[];
  /** For each layer and choice, the cells whose harms add up to the choice's harm. */
  private readonly parts: readonly (readonly (readonly number[])[])[];

  constructor(private readonly problem: Pick<SearchProblem, 'space' | 'training'>) {
    const { groups } = problem.space;
    this.widest = widestVector(problem.space);
    const parts = groups.map((group) => {
      const { choices } = leaderOf(problem.space, group);
      return choices.map((_, c) => partsOf(choices, c, this.widest[group[0]]));
    });
    this.parts = spread(groups, parts);
    this.columns = groups.flatMap((group) => this.columnsOf(group));
  }

  /** The cells in measuring order: the narrowest cell of every column first, late layers before early ones; once per group. */
  get order(): readonly (readonly [layer: number, choice: number])[] {
    const ranked = this.columns.flatMap(({ group: [layer], choices }) =>
      choices.map((choice, rank) => ({ layer, choice, rank })),
    );
    // The prefix cache holds the activations before the layer, so late layers are cheap to measure.
    return ranked
      .sort((a, b) => a.rank - b.rank || b.layer - a.layer)
      .map(({ layer, choice }) => [layer, choice] as const);
  }

  /** The policy of a cell: the layer's group at its choice, all others at `rest`; a skipped layer skips its whole branch. */
  policy(layer: number, choice: number, rest: BitPolicy): BitPolicy {
    const { layers, groups, branches } = this.problem.space;
    const group = groups.find((own) => own.includes(layer)) as readonly number[];
    const changes = group.map((l) => [layers[l].id, layers[l].choices[choice]]);
    return closeSkips(branches, { ...rest, ...Object.fromEntries(changes) });
  }

  /** The harm of every choice, [layer][choice], from the cells measured so far; 0 for the widest. A group's is shared evenly. */
  harms(cells: readonly Cell[]): number[][] {
    const measured = new Map(cells.map(([layer, choice, harm]) => [`${layer}/${choice}`, harm]));
    const filled = new Map<string, number>();
    for (const column of this.columns) {
      const { choices, errors } = column;
      const [layer] = column.group;
      const knots = choices.flatMap((choice, i): WeightedPoint[] => {
        const harm = measured.get(`${layer}/${choice}`);
        return harm === undefined ? [] : [{ x: errors[i], y: -Math.max(0, harm) / this.shares(column), weight: 1 }];
      });
      const slope = knots.length === 0 ? this.meanSlope(column.kind, measured) : 0;
      const curve = fitDecreasing([{ x: 0, y: 0, weight: 1e6 }, ...knots]);
      for (const [i, choice] of choices.entries())
        filled.set(`${layer}/${choice}`, knots.length === 0 ? slope * errors[i] : -interpolate(curve, errors[i]));
    }
    const { groups } = this.problem.space;
    const harms = groups.map((group) =>
      this.parts[group[0]].map(
        (cells) => cells.reduce((sum, cell) => sum + (filled.get(`${group[0]}/${cell}`) as number), 0) / group.length,
      ),
    );
    return spread(groups, harms);
  }

  /**
   * For the chart: weight bits at the widest activations, or coupled bits together; a skipped layer counts as its branch, one
   * of a group as the group.
   */
  inside(label: string, cells: readonly Cell[]): TableInside {
    const measured = new Map(cells.map(([layer, choice, harm]) => [`${layer}/${choice}`, harm]));
    return {
      kind: 'table',
      label,
      layers: this.problem.space.layers.map(({ id, choices }, l) => {
        const columns = this.columns.filter(({ group, kind }) => group.includes(l) && kind !== 'activations');
        const [first] = columns[0]?.group ?? [l];
        const shown = [...columns.flatMap((column) => column.choices), this.widest[l]];
        return {
          id,
          bits: shown.map((c) => choices[c].weights),
          values: shown.map((c) => (c === this.widest[l] ? 0 : (measured.get(`${first}/${c}`) ?? Number.NaN))),
        };
      }),
    };
  }

  // A cell of skipped layers was measured with their whole branches skipped; the layers of the branches share the harm.
  private shares({ group, kind }: Column): number {
    if (kind !== 'skip') return 1;
    const { layers, branches } = this.problem.space;
    const skipped = group.flatMap((l) => branches.find((branch) => branch.layers.includes(layers[l].id))?.layers ?? []);
    return new Set(skipped).size / group.length;
  }

  // Harm per unit of error in the measured columns of the same kind; 1 before the first measurement.
  private meanSlope(kind: Column['kind'], measured: ReadonlyMap<string, number>): number {
    let [harms, errors] = [0, 0];
    for (const column of this.columns)
      if (column.kind === kind)
        for (const [i, choice] of column.choices.entries()) {
          const harm = measured.get(`${column.group[0]}/${choice}`);
          if (harm === undefined) continue;
          harms += Math.max(0, harm) / this.shares(column);
          errors += column.errors[i];
        }
    return harms > 0 && errors > 0 ? harms / errors : 1;
  }

  private columnsOf(group: readonly number[]): Column[] {
    const { network, scheme } = this.problem.training;
    const { layers } = this.problem.space;
    const nodes = layersOf(network);
    const { choices } = leaderOf(this.problem.space, group);
    const widest = choices[this.widest[group[0]]];
    const cells = [...new Set(this.parts[group[0]].flat())];
    const sorted = narrowestFirst(choices).filter((c) => cells.includes(c));
    const alone = sorted.filter((c) => choices[c].weights === widest.weights);
    const column = (kind: Column['kind'], own: number[], errorOf: (bits: LayerBits, l: number) => number): Column[] => {
      const errors = own.map((c) => group.reduce((sum, l) => sum + errorOf(layers[l].choices[c], l), 0));
      return own.length === 0 ? [] : [{ group, kind, choices: own, errors }];
    };
    const rounding = ({ weights }: LayerBits, l: number) => {
      const node = nodes.find(({ id }) => id === layers[l].id);
      if (node === undefined) throw new Error(`${network.name} has no layer "${layers[l].id}".`);
      return squaredRoundingError(network, node, scheme, weights);
    };
    const skip = sorted.filter((c) => choices[c].weights === SKIPPED);
    return [
      ...column('skip', skip, rounding),
      ...column(
        'weights',
        sorted.filter((c) => !alone.includes(c) && !skip.includes(c)),
        rounding,
      ),
      ...column('activations', alone, ({ activations }) => (activations === FLOAT ? 0 : 4 ** -activations)),
    ];
  }
}

/** The layer of a group whose choices differ most: another may keep its activations as they are. */
function leaderOf({ layers }: Space, group: readonly number[]): SpaceLayer {
  const isRounded = (l: number) => layers[l].choices.some(({ activations }) => activations !== FLOAT);
  return layers[group.find(isRounded) ?? group[0]];
}

/** Indices of choices, ordered by weight bits and then activation bits. */
function narrowestFirst(choices: readonly LayerBits[]): number[] {
  const size = ({ weights, activations }: LayerBits) => 64 * weights + activations;
  return choices.map((_, c) => c).sort((a, b) => size(choices[a]) - size(choices[b]));
}

/** The cells of a choice: its weights and its activations separately, where both can vary. */
function partsOf(choices: readonly LayerBits[], choice: number, widest: number): number[] {
  if (choice === widest) return [];
  const { weights, activations } = choices[choice];
  const find = (w: number, a: number) => choices.findIndex((bits) => bits.weights === w && bits.activations === a);
  const alone = [find(weights, choices[widest].activations), find(choices[widest].weights, activations)];
  return alone.includes(-1) ? [choice] : alone.filter((c) => c !== widest);
}

/** The widest choice of every layer. */
export function widestVector(space: Space): number[] {
  const widest = space.groups.map((group) => narrowestFirst(leaderOf(space, group).choices).at(-1) as number);
  return spread(space.groups, widest);
}
