// How well cheap proxies of the loss rank the policies that a run has measured.
import type { ReactNode } from 'react';
import { rankProxies } from '../../store/search/tables';
import { isUsable, type SearchRun } from '../../store/state/searchRun';
import { compare } from '../../words/en/compare';
import { count } from '../../words/numbers';
import tableStyles from '../parts/table.module.css';
import { useDesk } from '../parts/useDesk';

/** Measured policies below which a rank correlation says nothing. */
const LEAST_POLICIES = 5;

/** The button that compares proxies with the run's policies, then a row for each proxy. */
export function Proxies({ run }: { readonly run: SearchRun }): ReactNode {
  const rows = useDesk((state) => state.proxies[run.id]);
  if (run.points.filter(isUsable).length < LEAST_POLICIES) return null;
  if (rows === undefined)
    return (
      <div className="buttons">
        <button type="button" title={compare.proxies.showTip} onClick={() => rankProxies(run.id)}>
          {compare.proxies.show}
        </button>
      </div>
    );
  return (
    <div>
      <p className="note">{compare.proxies.about(rows[0]?.loss.n ?? run.points.length)}</p>
      <div className={tableStyles.scroll}>
        <table className={tableStyles.points} aria-label={compare.proxies.label(run.name)}>
          <thead>
            <tr>
              <th scope="col">{compare.proxies.proxy}</th>
              <th scope="col">{compare.proxies.images}</th>
              <th scope="col">{compare.proxies.loss}</th>
              <th scope="col">{compare.proxies.errors}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, label, images, loss, errors }) => (
              <tr key={id}>
                <th scope="row">{label}</th>
                <td>{count(images)}</td>
                <td>{compare.proxies.rank(loss)}</td>
                <td>{compare.proxies.rank(errors)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
