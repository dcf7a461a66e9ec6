// A table of a person's own: what each layer takes at each width, measured on their machine in milliseconds or millijoules.
// The cost of a network is the sum over its layers. docs/devices.md has the form of the files.
import { jsonFault } from '../formats/jsonFault';
import { hasFields, isAbsentOr, isList, isNumber, isText, isWhole } from '../formats/shape';
import { type Architecture, layersOf } from '../graph/network';
import { type BitPolicy, FLOAT, type LayerBits, SKIPPED } from '../graph/policy';

/** What a table may state of an image. */
export const TABLE_UNITS = ['ms', 'mJ'] as const;
export type TableUnit = (typeof TABLE_UNITS)[number];

/** Bits, or all that no other row states. */
type Bits = number | 'any';

/** What a layer takes at these bits. */
export interface CostRow extends Readonly<Partial<Record<TableUnit, number>>> {
  readonly layer: string;
  readonly weights: Bits;
  readonly activations: Bits;
}

/** A table of costs. */
export interface CostTable {
  readonly name: string;
  /** Where the numbers come from. */
  readonly note?: string;
  readonly rows: readonly CostRow[];
}

/** A table that cannot be read, or is of another network. */
export class CostTableError extends Error {
  override readonly name = 'CostTableError';
}

const isBits = (value: unknown) => value === 'any' || isWhole(0, FLOAT)(value);
const isCost = isAbsentOr(isNumber(0, 1e9));
const isRow = hasFields<CostRow>({ layer: isText, weights: isBits, activations: isBits, ms: isCost, mJ: isCost });

/** A table as it is in a stored run. */
export const isCostTable = hasFields<CostTable>({ name: isText, note: isAbsentOr(isText), rows: isList(isRow) });

/** Most that a file may have. */
const MOST_CHARACTERS = 4e6;
const COLUMNS = ['layer', 'weights', 'activations', ...TABLE_UNITS] as const;
const EXAMPLE = 'layer,weights,activations,ms';

function readRow(cells: Readonly<Record<string, unknown>>, where: string): CostRow {
  const number = (value: unknown) => (typeof value === 'string' ? Number(value || Number.NaN) : value);
  const bits = (name: 'weights' | 'activations') => {
    const value = cells[name] ?? 'any';
    const read = value === 'any' || value === '' ? 'any' : number(value);
    if (isBits(read)) return read as Bits;
    throw new CostTableError(`${where}: ${name} is "${String(value)}", but must be bits from 0 to ${FLOAT}, or any.`);
  };
  const costs = TABLE_UNITS.flatMap((unit) => {
    const value = cells[unit];
    if (value === undefined || value === '') return [];
    if (isNumber(0, 1e9)(number(value))) return [[unit, number(value) as number]];
    throw new CostTableError(`${where}: ${unit} is "${String(value)}", but must be a number, at least 0.`);
  });
  if (typeof cells.layer !== 'string' || cells.layer === '')
    throw new CostTableError(`${where}: the name of the layer is missing.`);
  if (costs.length === 0) throw new CostTableError(`${where}: a cost is missing; give ms, mJ or both.`);
  return {
    layer: cells.layer,
    weights: bits('weights'),
    activations: bits('activations'),
    ...Object.fromEntries(costs),
  };
}

function readCsv(text: string): Omit<CostTable, 'name'> {
  const lines = text.split(/\r?\n/).map((line, i) => ({ line: line.trim(), at: i + 1 }));
  const notes = lines.flatMap(({ line }) => (line.startsWith('#') ? [line.slice(1).trim()] : []));
  const [head, ...body] = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));
  const separator = [';', '\t', ','].find((mark) => head?.line.includes(mark)) ?? ',';
  const cellsOf = (line: string) => line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const columns = cellsOf(head?.line ?? '');
  const lacks = ['layer', 'weights'].some((name) => !columns.includes(name));
  const other = columns.find((name) => !(COLUMNS as readonly string[]).includes(name));
  if (lacks || other !== undefined)
    throw new CostTableError(
      `The first line must name the columns: layer, weights, and ms or mJ; activations may be left out. For example ${EXAMPLE}.${other ? ` There is no column "${other}".` : ''}`,
    );
  const rows = body.map(({ line, at }) => {
    const cells = cellsOf(line);
    if (cells.length > columns.length)
      throw new CostTableError(`Line ${at} has ${cells.length} cells, but there are ${columns.length} columns.`);
    // With semicolons, spreadsheets write decimal commas.
    const value = (cell: string, i: number) =>
      separator === ';' && columns[i] !== 'layer' ? cell.replace(',', '.') : cell;
    return readRow(Object.fromEntries(cells.map((cell, i) => [columns[i], value(cell, i)])), `Line ${at}`);
  });
  return { rows, ...(notes.length > 0 && { note: notes.join(' ') }) };
}

function readJson(text: string): Omit<CostTable, 'name'> & { readonly name?: string } {
  const fault = jsonFault(text);
  if (fault !== undefined) throw new CostTableError(`The table is not valid JSON: ${fault}.`);
  const { name, note, rows } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(rows))
    throw new CostTableError('The JSON must be {"rows": [{"layer": "stem", "weights": 8, "ms": 0.3}, ...]}.');
  return {
    rows: rows.map((row, i) => readRow((row ?? {}) as Readonly<Record<string, unknown>>, `Row ${i + 1}`)),
    ...(isText(name) && { name: name as string }),
    ...(isText(note) && { note: note as string }),
  };
}

/** Reads a table from the text of a CSV or JSON file. @throws CostTableError with the line and what is wrong. */
export function readCostTable(fileName: string, text: string): CostTable {
  if (text.length > MOST_CHARACTERS)
    throw new CostTableError(`The table has ${text.length} characters; at most ${MOST_CHARACTERS} are read.`);
  const plain = text.replace(/^\uFEFF/, '');
  const { rows, ...rest } = plain.trimStart().startsWith('{') ? readJson(plain) : readCsv(plain);
  if (rows.length === 0) throw new CostTableError('The table has no rows.');
  const seen = new Set<string>();
  for (const { layer, weights, activations } of rows) {
    const key = `${layer} at ${weights}/${activations} bits`;
    if (seen.has(key)) throw new CostTableError(`The table states ${key} twice.`);
    seen.add(key);
  }
  return { name: fileName.replace(/\.[a-z]+$/i, ''), ...rest, rows };
}

const indexes = new WeakMap<CostTable, ReadonlyMap<string, CostRow>>();

function indexOf(table: CostTable): ReadonlyMap<string, CostRow> {
  const index =
    indexes.get(table) ?? new Map(table.rows.map((row) => [`${row.layer} ${row.weights} ${row.activations}`, row]));
  indexes.set(table, index);
  return index;
}

/** Whether a table has this unit. */
export const hasUnit = ({ rows }: CostTable, unit: TableUnit): boolean => rows.some((row) => row[unit] !== undefined);

/** What a layer takes; undefined where the table does not say. A skipped layer takes nothing, unless it says so. */
export function costIn(
  table: CostTable,
  unit: TableUnit,
  layer: string,
  { weights, activations }: LayerBits,
): number | undefined {
  const at = (bits: string) => indexOf(table).get(`${layer} ${bits}`)?.[unit];
  if (weights === SKIPPED) return at('0 any') ?? 0;
  return at(`${weights} ${activations}`) ?? at(`${weights} any`) ?? at(`any ${activations}`) ?? at('any any');
}

/** The sum over a policy, and the layers whose bits the table does not have. */
export function sumIn(
  table: CostTable,
  unit: TableUnit,
  policy: BitPolicy,
): { readonly sum: number | undefined; readonly missing: readonly string[] } {
  const costs = Object.entries(policy).map(([layer, bits]) => ({
    layer,
    bits,
    cost: costIn(table, unit, layer, bits),
  }));
  const missing = costs.filter(({ cost }) => cost === undefined).map(({ layer, bits }) => bitsOf(layer, bits));
  const sum = missing.length > 0 ? undefined : costs.reduce((total, { cost }) => total + (cost ?? 0), 0);
  return { sum, missing };
}

const bitsOf = (layer: string, { weights, activations }: LayerBits) => `${layer} at ${weights}/${activations}`;

/** Most names in one message. */
const NAMED = 6;

/** Names with commas, and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : names.join(', ');
}

/**
 * The table with its layers by the names of a network; where it counts them from 1 instead, by position.
 * @throws CostTableError naming the layers that only the network has, or only the table.
 */
export function tableFor(table: CostTable, architecture: Architecture): CostTable {
  const own = layersOf(architecture).map(({ id }) => id);
  const isName = new Set(own);
  const named = (layer: string) =>
    isName.has(layer) ? layer : /^\d+$/.test(layer) ? own[Number(layer) - 1] : undefined;
  const stated = [...new Set(table.rows.map(({ layer }) => layer))];
  const unknown = stated.filter((layer) => named(layer) === undefined);
  const found = new Set(stated.map(named));
  const missing = own.filter((id) => !found.has(id));
  if (missing.length > 0 || unknown.length > 0) {
    const parts = [
      ...(missing.length > 0 ? [`it lacks the layers ${listed(missing)}`] : []),
      ...(unknown.length > 0 ? [`the network has no layers ${listed(unknown)}`] : []),
    ];
    throw new CostTableError(`The table "${table.name}" is not of this network: ${parts.join('; ')}.`);
  }
  if (stated.every((layer) => isName.has(layer))) return table;
  return { ...table, rows: table.rows.map((row) => ({ ...row, layer: named(row.layer) as string })) };
}

type Choices = readonly { readonly id: string; readonly choices: readonly LayerBits[] }[];

/** @throws CostTableError naming the layers and bits that a search may choose without a cost in the table. */
export function checkChoices(table: CostTable, unit: TableUnit, layers: Choices): void {
  const missing = layers.flatMap(({ id, choices }) =>
    choices.filter((bits) => costIn(table, unit, id, bits) === undefined).map((bits) => bitsOf(id, bits)),
  );
  if (missing.length === 0) return;
  throw new CostTableError(
    `The table "${table.name}" has no ${unit} of ${listed(missing)} bits (weights/activations): add rows, or allow only bits that it has.`,
  );
}

/** A table to fill in, as CSV: each layer at each of its bits, without costs. */
export function blankTable(architecture: Architecture, bitsOf: (layer: string) => readonly LayerBits[]): string {
  const rows = layersOf(architecture).flatMap(({ id }) =>
    bitsOf(id).map(({ weights, activations }) => `${id},${weights},${activations},,`),
  );
  return [COLUMNS.join(), ...rows, ''].join('\n');
}
