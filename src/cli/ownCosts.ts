// The table of a person's own costs (`--cost-table`).
import { basename } from 'node:path';
import {
  type CostTable,
  CostTableError,
  hasUnit,
  listed,
  readCostTable,
  sumIn,
  TABLE_UNITS,
  type TableUnit,
  tableFor,
} from '../device/costTable';
import type { Network } from '../graph/network';
import type { BitPolicy } from '../graph/policy';
import { readPlain } from '../node/reading';
import { UsageError } from '../node/usageError';
import { flags } from './flags';

const MOST_BYTES = 2 ** 23;

/** The table of `--cost-table`. @throws UsageError if it cannot be read, or is of another network. */
export async function readOwnCosts(network: Network): Promise<CostTable | undefined> {
  const path = flags['cost-table'];
  if (path === undefined) return undefined;
  const text = new TextDecoder().decode(await readPlain(path, MOST_BYTES));
  try {
    return tableFor(readCostTable(basename(path), text), network);
  } catch (error) {
    throw error instanceof CostTableError ? new UsageError(`--cost-table ${path}: ${error.message}`) : error;
  }
}

/** What a policy takes by a table, by unit. @throws UsageError naming the bits that the table does not have. */
export function ownCosts(table: CostTable | undefined, policy: BitPolicy): Partial<Record<TableUnit, number>> {
  if (table === undefined) return {};
  const costs = TABLE_UNITS.filter((unit) => hasUnit(table, unit)).map((unit) => {
    const { sum, missing } = sumIn(table, unit, policy);
    if (sum !== undefined) return [unit, sum];
    throw new UsageError(`--cost-table: there is no ${unit} of ${listed(missing)} bits (weights/activations).`);
  });
  return Object.fromEntries(costs);
}
