// A table of the user's own costs: reading it, removing it, its budgets, and one to fill in. It stays in this tab, and is no
// part of links.
import { blankTable, CostTableError, hasUnit, readCostTable, type TableUnit, tableFor } from '../../device/costTable';
import { fetchAsset } from '../../engine/assets';
import { FLOAT, isRounded, type LayerBits } from '../../graph/policy';
import { widthRangeOf, widthsInReach } from '../../policy/widths';
import type { TableChoice } from '../state/board';
import { type Desk, desk } from '../state/desk';
import { messageOf } from '../state/engine';
import { rememberStep, undoStateOf } from '../state/step';

/** Times of ResNet-18's layers on a T4, published with HAWQ-V3: `public/costs/`. */
const EXAMPLE = 't4-resnet18.csv';

function put(costTable: TableChoice | null, field = ''): void {
  rememberStep(undoStateOf(desk.getState()), field);
  desk.setState({ costTable });
}

/** Takes the costs from a file, as an undo step; why not, where it cannot be read or is of another network. */
export function readTable(fileName: string, bytes: Uint8Array): string | undefined {
  try {
    const table = tableFor(readCostTable(fileName, new TextDecoder().decode(bytes)), desk.getState().architecture);
    put({ table, latencyMs: null, energyMJ: null });
    return undefined;
  } catch (error) {
    if (error instanceof CostTableError) return error.message;
    throw error;
  }
}

/** Takes the costs of the example; why not, as `readTable`. */
export async function readExample(): Promise<string | undefined> {
  try {
    const name = `costs/${EXAMPLE}`;
    return readTable(EXAMPLE, new Uint8Array(await fetchAsset(name, name)));
  } catch (error) {
    return messageOf(error);
  }
}

/** Goes on without the table, as an undo step. */
export function removeTable(): void {
  if (desk.getState().costTable !== null) put(null);
}

/** Changes budgets of the table, as an undo step. */
export function setTableBudget(changes: Partial<Omit<TableChoice, 'table'>>): void {
  const { costTable } = desk.getState();
  if (costTable) put({ ...costTable, ...changes }, `table:${Object.keys(changes).join()}`);
}

/** Whether the costs of a unit come from the table. */
export const isTabled = ({ costTable }: Pick<Desk, 'costTable'>, unit: TableUnit): boolean =>
  costTable !== null && hasUnit(costTable.table, unit);

/** A table of this network without costs, as CSV: each width of weights, with the activations on the faders. */
export function tableToFill({
  architecture,
  scheme,
  policy,
}: Pick<Desk, 'architecture' | 'scheme' | 'policy'>): string {
  const widths = widthsInReach(widthRangeOf(scheme, 'weights')).filter(isRounded);
  const bits = (layer: string): LayerBits[] =>
    [...widths, FLOAT].map((weights) => ({ weights, activations: policy[layer].activations }));
  return blankTable(architecture, bits);
}
