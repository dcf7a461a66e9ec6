// Policies as a table: the profile of each, what is known of it, and a button that loads it.
import type { ReactNode } from 'react';
import type { BitPolicy } from '../../graph/policy';
import { desk } from '../../store/desk';
import { setPolicy } from '../../store/policyActions';
import { Profile } from './PointCard';

/** A policy; `label` is its name on the button, and in the first column unless `name` says it otherwise. */
export interface PolicyRow {
  readonly policy: BitPolicy;
  readonly label: string;
  readonly name?: ReactNode;
  readonly cells: readonly ReactNode[];
}

interface PolicyTableProps {
  /** What the table is called, where the page has several. */
  readonly label?: string;
  /** Over the names. */
  readonly title: string;
  /** Over the cells, as many as each row has. */
  readonly columns: readonly ReactNode[];
  readonly rows: readonly PolicyRow[];
}

/** A row for each policy, which the faders show while the pointer is on it. */
export function PolicyTable({ label, title, columns, rows }: PolicyTableProps): ReactNode {
  return (
    <div className="table-scroll">
      <table className="points" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            <th scope="col">Profile</th>
            {columns.map((column, i) => (
              <th key={i} scope="col">
                {column}
              </th>
            ))}
            <th scope="col">
              <span className="unseen">Load</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ policy, label: own, name = own, cells }, i) => (
            <tr
              key={i}
              onMouseEnter={() => desk.setState({ ghost: policy })}
              onMouseLeave={() => desk.setState({ ghost: null })}
            >
              <th scope="row">{name}</th>
              <td>
                <Profile policy={policy} />
              </td>
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
              <td>
                <button type="button" aria-label={`Load ${own}`} onClick={() => setPolicy(policy)}>
                  Load
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
