// One run looked into: why it chose what it chose, its front on search and on test images, and its method at work.
import type { ReactNode } from 'react';
import { costsOf } from '../../store/costs';
import { desk } from '../../store/desk';
import { setPolicy } from '../../store/policyActions';
import { policyLabel } from '../../store/policyEdits';
import type { SearchRun } from '../../store/searchRuns';
import { runFits, runsListed } from '../../store/searchSelectors';
import { Profile } from '../charts/PointCard';
import { InsideView } from '../insides/InsideView';
import { count, kilobytes, percent, plusMinus } from '../numbers';
import { useDesk } from '../useDesk';

function Front({ run }: { readonly run: SearchRun }): ReactNode {
  const architecture = useDesk((state) => state.architecture);
  if (run.front.length === 0) return null;
  const rows = run.front
    .map((scored) => ({ ...scored, memory: costsOf(architecture, scored.policy, run.setting.scheme).memory }))
    .sort((a, b) => a.memory - b.memory);
  const searched = rows.find((row) => row.searched)?.searched;
  const [{ tested }] = rows;
  const is = (policy: SearchRun['front'][number]['policy'], other: typeof policy | undefined) =>
    JSON.stringify(policy) === JSON.stringify(other);
  return (
    <div className="table-scroll">
      <table className="points">
        <thead>
          <tr>
            <th scope="col">Front</th>
            <th scope="col">Profile</th>
            <th scope="col">memory</th>
            <th scope="col">{searched && count(searched.n)} search images (%)</th>
            <th scope="col">{count(tested.n)} test images (%)</th>
            <th scope="col">
              <span className="unseen">Load</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr
              key={i}
              onMouseEnter={() => desk.setState({ ghost: row.policy })}
              onMouseLeave={() => desk.setState({ ghost: null })}
            >
              <th scope="row">
                {policyLabel(row.policy)}
                {is(row.policy, run.chosen?.policy) && <b> chosen</b>}
                {is(row.policy, run.chosen?.control) && <b> control</b>}
              </th>
              <td>
                <Profile policy={row.policy} />
              </td>
              <td>{kilobytes(row.memory)}</td>
              <td>{row.searched ? `${percent(row.searched.value)} ${plusMinus(row.searched)}` : 'not measured'}</td>
              <td>
                {percent(row.tested.value)} {plusMinus(row.tested)}
              </td>
              <td>
                <button
                  type="button"
                  aria-label={`Load ${policyLabel(row.policy)}`}
                  onClick={() => setPolicy(row.policy)}
                >
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

/** The run chosen by its button "Inside". */
export function ShownRun(): ReactNode {
  const run = useDesk((state) => runsListed(state).find(({ id }) => id === state.shownRun));
  const fits = useDesk((state) => run !== undefined && runFits(run, state));
  if (run === undefined) return null;
  return (
    <section aria-label="Inside" className="inside">
      <div className="panel-head">
        <h3>Inside {run.name}</h3>
        {run.phase && <span className="note">{run.phase}</span>}
      </div>
      {run.chosen && <p>{run.chosen.because}</p>}
      {run.inside && <InsideView run={run} inside={run.inside} />}
      {fits && <Front run={run} />}
      {!run.inside && run.front.length === 0 && (
        <p className="empty">What the method knows is shown here while it works.</p>
      )}
    </section>
  );
}
