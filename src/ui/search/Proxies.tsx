// How well guesses of what layers lose rank the policies that a run has measured.
import type { ReactNode } from 'react';
import type { RankedProxy } from '../../engine/protocol/searching';
import { rankProxies } from '../../store/search/tables';
import { isUsable, type SearchRun } from '../../store/state/searchRun';
import { count } from '../../words/numbers';
import tableStyles from '../parts/table.module.css';
import { useDesk } from '../parts/useDesk';

/** Measured policies below which a rank correlation says nothing. */
const LEAST_POLICIES = 5;

const inWords = ({ value, lower, upper }: RankedProxy['loss']): string =>
  Number.isNaN(value) ? 'no order' : `${value.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`;

/** The button that compares proxies with the run's policies, then a row for each proxy. */
export function Proxies({ run }: { readonly run: SearchRun }): ReactNode {
  const rows = useDesk((state) => state.proxies[run.id]);
  if (run.points.filter(isUsable).length < LEAST_POLICIES) return null;
  if (rows === undefined)
    return (
      <div className="buttons">
        <button
          type="button"
          title="How well guesses of what layers lose rank the policies of this run"
          onClick={() => rankProxies(run.id)}
        >
          Compare proxies
        </button>
      </div>
    );
  return (
    <div>
      <p className="note">
        Rank correlation of proxies with the {count(rows[0]?.loss.n ?? run.points.length)} policies that it measured,
        with 95 % intervals over policies; 1 is the same order. Policies that a search has picked are no fair sample:
        random ones are.
      </p>
      <div className={tableStyles.scroll}>
        <table className={tableStyles.points} aria-label={`Proxies on the policies of ${run.name}`}>
          <thead>
            <tr>
              <th scope="col">Proxy</th>
              <th scope="col">its images</th>
              <th scope="col">with the loss</th>
              <th scope="col">with wrong answers</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, label, images, loss, errors }) => (
              <tr key={id}>
                <th scope="row">{label}</th>
                <td>{count(images)}</td>
                <td>{inWords(loss)}</td>
                <td>{inWords(errors)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
