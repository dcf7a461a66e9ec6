// Keeps the undo steps of this tab for a reload, as links in its session storage, and with them the state itself: the
// address follows with a delay, and a reload opens one of a moment ago.
import { type CostTable, isCostTable } from '../../device/costTable';
import { hasFields, isAbsentOr, isList, isNullOr, isNumber, isOneOf, isText, isWhole } from '../../formats/shape';
import type { TableChoice } from '../state/board';
import { type Desk, desk, type UndoState } from '../state/desk';
import { type History, remember, type Step, stepOf, trimmed } from '../state/history';
import { isPolicy } from '../state/runShape';
import { undoStateOf } from '../state/step';
import { firstState, writeLink } from './link';
import { parted, readHere, type Unlinked } from './reading';
import { HISTORY_KEY } from './visited';

/** Maximum number of steps that are kept without a name: reading one takes about a millisecond. */
const KEPT = 50;

type KeptStep = Omit<Step<UndoState>, 'value'> &
  Omit<Unlinked, 'costTable'> & {
    readonly link: string;
    /** Index of the table of costs among those kept, with its budgets. */
    readonly costs?: Omit<TableChoice, 'table'> & { readonly table: number };
  };

interface Kept {
  readonly version: 1;
  /** Fragments of the address just before the page was left, without `#`. */
  readonly addresses: readonly string[];
  readonly at: number;
  readonly tables?: readonly CostTable[];
  readonly steps: readonly KeptStep[];
}

const isKept = hasFields<Kept>({
  version: isOneOf(1),
  addresses: isList(isText),
  at: isWhole(),
  tables: isAbsentOr(isList(isCostTable)),
  steps: isList(
    hasFields<KeptStep>({
      id: isWhole(),
      parent: isNullOr(isWhole()),
      next: isNullOr(isWhole()),
      name: isAbsentOr(isText),
      link: isText,
      weights: isNullOr(isText),
      aside: isPolicy,
      payingRule: isOneOf('leastLoss', 'even'),
      costs: isAbsentOr(
        hasFields({ table: isWhole(), latencyMs: isNullOr(isNumber(0)), energyMJ: isNullOr(isNumber(0)) }),
      ),
    }),
  ),
});

/** Stores the steps, with the present as it is now, for a page opened at one of these fragments. */
export function keepHistory(addresses: readonly string[]): void {
  const now = desk.getState();
  const present = undoStateOf(now);
  const { steps, at } = trimmed(now.history, KEPT);
  const tables: CostTable[] = [];
  const costsOf = (choice: TableChoice | null) => {
    if (choice === null) return {};
    const { table, ...budgets } = choice;
    if (!tables.includes(table)) tables.push(table);
    return { costs: { ...budgets, table: tables.indexOf(table) } };
  };
  const kept: Kept = {
    ...{ version: 1, addresses, at, tables },
    steps: steps.map(({ value, ...step }) => {
      const { weights, aside, payingRule, costTable, ...linked } = value ?? present;
      const view = value === null ? now : firstState(linked.networkId, linked.architecture);
      const link = writeLink({ ...view, ...linked });
      return { ...step, weights, aside, payingRule, ...costsOf(costTable), link };
    }),
  };
  try {
    sessionStorage.setItem(HISTORY_KEY, JSON.stringify(kept));
  } catch {
    // Without room the steps last as long as the page.
  }
}

function kept(): Kept | undefined {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(HISTORY_KEY) ?? 'null');
    return isKept(value) ? (value as Kept) : undefined;
  } catch {
    return undefined;
  }
}

/** The fragment to open in place of `address`: of the state that this tab was left in, if it was left there. */
export function latestFragment(address: string): string {
  const found = kept();
  const present = found?.addresses.includes(address) && found.steps.find(({ id }) => id === found.at);
  return present ? present.link : address;
}

function settingOf(
  { tables = [] }: Kept,
  { link, weights, aside, payingRule, costs }: KeptStep,
): UndoState | undefined {
  const { state } = readHere(link);
  const table = costs && tables[costs.table];
  const costTable = costs === undefined || table === undefined ? null : { ...costs, table };
  return state === null ? undefined : parted(state, { weights, aside, payingRule, costTable }).setting;
}

/** Restores the steps of this tab. Where the desk has opened at something else, that is a step after them. */
export function recallHistory(): void {
  const found = kept();
  const present = found?.steps.find(({ id }) => id === found.at);
  const before = found && present && settingOf(found, present);
  if (found === undefined || before === undefined) return;
  const steps = found.steps.flatMap((step): Step<UndoState>[] => {
    const { id, parent, next, name } = step;
    const value = step === present ? null : settingOf(found, step);
    return value === undefined ? [] : [{ id, parent, next, value, ...(name !== undefined && { name }) }];
  });
  const history: History<UndoState> = { steps, at: found.at };
  const isLost = ({ id, parent }: Step<UndoState>) =>
    parent !== null && (parent >= id || stepOf(history, parent) === undefined);
  if (steps.some(isLost)) return;
  const now = desk.getState();
  if (sameLink(now, before)) {
    const { aside, payingRule, costTable } = before;
    desk.setState({ history, aside, payingRule, costTable });
  } else desk.setState({ history: remember(history, before) });
}

/** Whether two undo states have the same link, whatever the view. */
function sameLink(now: Desk, before: UndoState): boolean {
  return writeLink({ ...now, ...before }) === writeLink(now);
}
