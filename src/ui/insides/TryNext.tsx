// What a belief proposes: the policy that is measured next and the one that is believed to be the best, with what is
// expected of them, each a click away from the faders.
import type { ReactNode } from 'react';
import type { Inside } from '../../engine/protocol/searching';
import { costsOf } from '../../store/costs';
import { desk } from '../../store/desk';
import { setPolicy } from '../../store/policyActions';
import { policyLabel } from '../../store/policyEdits';
import type { SearchRun } from '../../store/searchRuns';
import { Profile } from '../charts/PointCard';
import { kilobytes, percent } from '../numbers';
import { useDesk } from '../useDesk';

interface TryNextProps {
  readonly run: SearchRun;
  readonly inside: Extract<Inside, { kind: 'posterior' }>;
}

/** A table of one or two policies; the network in use is the run's. */
export function TryNext({ run, inside: { tasks, choice, next } }: TryNextProps): ReactNode {
  const architecture = useDesk((state) => state.architecture);
  const rows = [
    ...(next ? [{ ...next, role: 'next', words: `measured next, ${tasks[next.task].label}` }] : []),
    { ...choice, role: 'best', words: 'believed best' },
  ];
  return (
    <div className="table-scroll">
      <table className="points" aria-label="Try this next">
        <thead>
          <tr>
            <th scope="col">Try this next</th>
            <th scope="col">Profile</th>
            <th scope="col">memory</th>
            <th scope="col">expected {tasks[tasks.length - 1].label} (%)</th>
            <th scope="col">
              <span className="unseen">Load</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ role, words, policy, mean, sd }) => (
            <tr
              key={role}
              onMouseEnter={() => desk.setState({ ghost: policy })}
              onMouseLeave={() => desk.setState({ ghost: null })}
            >
              <th scope="row">
                {policyLabel(policy)} <span className="note">{words}</span>
              </th>
              <td>
                <Profile policy={policy} />
              </td>
              <td>{kilobytes(costsOf(architecture, policy, run.setting.scheme).memory)}</td>
              <td>
                ~{percent(mean)} ±{percent(2 * sd)}
              </td>
              <td>
                <button type="button" aria-label={`Load what is ${words}`} onClick={() => setPolicy(policy)}>
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
