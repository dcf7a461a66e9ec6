// Greedy by measured sensitivity: a table of the rise of cross-entropy with one layer at few bits and all others at their
// widest. Then bits are removed where the harm per cost saved is least, and the remaining room is spent where more bits
// help most. If the budget does not cover all cells, the narrow ones are measured and the others follow the squared
// rounding error (cells.ts).

import { harmTable } from '../allocation/byTable';
import { CellTable, widestVector } from '../allocation/cells';
import { type Measured, measureCells, NO_CELLS, SHARE } from '../allocation/measuringCells';
import { greedyWithin, programOf } from '../allocation/program';
import { POINTS, type Tightening, tighten } from '../allocation/tightening';
import type { OptionValues, SearchEvent, SearchMethod, SearchProblem, SearchResult } from '../method';
import { policyOf } from '../space';

interface State {
  readonly table: Measured;
  /** Present once the table is complete. */
  readonly front?: Tightening;
}

const LABEL = 'increase of cross-entropy (nats)';

async function* search(
  problem: SearchProblem,
  { share, points }: OptionValues,
  from: unknown = { table: NO_CELLS },
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const { space } = problem;
  let { table, front } = from as State;
  const cells = new CellTable(problem);
  if (front === undefined) {
    const measure = {
      label: LABEL,
      rest: policyOf(space, widestVector(space)),
      value: ({ loss }: { readonly loss: number }) => loss,
      share: Number(share),
    };
    table = yield* measureCells(problem, cells, measure, table, (state): State => ({ table: state }));
    front = { next: 0, measured: [], ...(table.best && { best: table.best }) };
  }
  const program = programOf(space);
  const harms = cells.harms(table.cells);
  const choose = (room: readonly number[]) => greedyWithin(program, harms, room);
  const keep = (state: Tightening): State => ({ table, front: state });
  const result = yield* tighten(problem, program, choose, Number(points), front, keep);
  return { ...result, table: harmTable(LABEL, space, harms) };
}

export const greedy: SearchMethod = {
  label: 'Greedy',
  explanation: 'Measures the loss of each layer alone, and lowers bits where that costs least per byte saved.',
  source: 'baseline',
  options: { share: SHARE, points: POINTS },
  search,
};
