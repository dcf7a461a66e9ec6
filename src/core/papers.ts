// Solves the integer programs that papers published, one after the other.
import { costIn, readCostTable } from '../device/costTable';
import { PAPER_IDS } from '../optim/papers/ids';
import { type LayerTime, type SolvedPaper, solvePaper } from '../optim/papers/programs';
import type { Clock, Turn } from './turn';

/** The times that HAWQ-V3 published, among the files of the page. */
export const PAPER_TIMES = 'costs/t4-resnet18.csv';

/** A solved program, and how long it took. */
export interface TimedPaper extends SolvedPaper {
  readonly seconds: number;
}

/** Yields each program as soon as it is solved; `times` is the text of `PAPER_TIMES`. */
export async function* solvePapers(times: string, turn: Turn, now: Clock): AsyncGenerator<TimedPaper, void, void> {
  const table = readCostTable(PAPER_TIMES, times);
  const timeOf: LayerTime = (layer, bits) =>
    costIn(table, 'ms', `${layer}`, { weights: bits, activations: bits }) as number;
  for (const id of PAPER_IDS) {
    await turn();
    const start = now();
    const solved = solvePaper(id, timeOf);
    yield { ...solved, seconds: (now() - start) / 1000 };
  }
}
