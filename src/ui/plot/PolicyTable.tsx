// Policies as a table: the profile of each, what is known of it, and a button that loads it.
import { type ReactNode, useState } from 'react';
import type { BitPolicy } from '../../graph/policy';
import { setPolicy } from '../../store/policy/actions';
import { showGhost } from '../../store/state/view';
import { plot as words } from '../../words/en/plot';
import { locale } from '../../words/words';
import { classes } from '../parts/classes';
import tableStyles from '../parts/table.module.css';
import { Profile } from './PointCard';

/** A policy; `label` is its name on the button, and in the first column unless `name` says it otherwise. */
export interface PolicyRow {
  readonly policy: BitPolicy;
  readonly label: string;
  readonly name?: ReactNode;
  readonly cells: readonly ReactNode[];
  /** What the name and the cells sort by; a table whose rows have them is sorted by its heads. */
  readonly values?: readonly (string | number)[];
}

interface PolicyTableProps {
  /** What the table is called, where the page has several. */
  readonly label?: string;
  /** Over the names. */
  readonly title: string;
  /** Over the cells, as many as each row has. */
  readonly columns: readonly ReactNode[];
  readonly rows: readonly PolicyRow[];
  /** Of what scrolls. */
  readonly className?: string | undefined;
}

interface Order {
  /** 0 for the name, then the cells. */
  readonly column: number;
  readonly falls: boolean;
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), locale(), { numeric: true });
}

function sorted(rows: readonly PolicyRow[], { column, falls }: Order): PolicyRow[] {
  const value = ({ values = [] }: PolicyRow) => values[column] ?? '';
  return rows.toSorted((a, b) => (falls ? -1 : 1) * compare(value(a), value(b)));
}

interface HeadProps {
  readonly column: number;
  readonly order: Order | null;
  readonly onSort: ((order: Order) => void) | undefined;
  readonly children: ReactNode;
}

/** The head of a column, pressed to sort by it: first upward, then downward. */
function Head({ column, order, onSort, children }: HeadProps): ReactNode {
  const mine = order?.column === column ? order : null;
  return (
    <th scope="col" aria-sort={mine ? (mine.falls ? 'descending' : 'ascending') : undefined}>
      {onSort ? (
        <button
          type="button"
          className={tableStyles.sort}
          onClick={() => onSort({ column, falls: mine !== null && !mine.falls })}
        >
          {children} <span aria-hidden="true">{mine ? (mine.falls ? '▼' : '▲') : '↕'}</span>
        </button>
      ) : (
        children
      )}
    </th>
  );
}

/** A row for each policy, which the faders show while the pointer is on it. */
export function PolicyTable({ label, title, columns, rows, className }: PolicyTableProps): ReactNode {
  const [order, setOrder] = useState<Order | null>(null);
  const onSort = rows.every(({ values }) => values) ? setOrder : undefined;
  const shown = onSort && order ? sorted(rows, order) : rows;
  return (
    <div className={classes(tableStyles.scroll, className)}>
      <table className={tableStyles.points} aria-label={label}>
        <thead>
          <tr>
            <Head column={0} order={order} onSort={onSort}>
              {title}
            </Head>
            <th scope="col">{words.profile}</th>
            {columns.map((column, i) => (
              <Head key={i} column={i + 1} order={order} onSort={onSort}>
                {column}
              </Head>
            ))}
            <th scope="col">
              <span className="unseen">{words.load}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ policy, label: own, name = own, cells }, i) => (
            <tr key={i} onMouseEnter={() => showGhost(policy)} onMouseLeave={() => showGhost(null)}>
              <th scope="row">{name}</th>
              <td>
                <Profile policy={policy} />
              </td>
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
              <td>
                <button type="button" aria-label={words.loadConfig(own)} onClick={() => setPolicy(policy)}>
                  {words.load}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
