// MTGP at work: what it believes of the target task over average bits, as means with a band of two standard deviations,
// and where information is cheapest.
import type { ReactNode } from 'react';
import type { Inside } from '../../engine/protocol/searching';
import { runFits } from '../../store/search/selectors';
import type { SearchRun } from '../../store/state/searchRun';
import { insides } from '../../words/en/insides';
import { count } from '../../words/numbers';
import { classes } from '../parts/classes';
import { Frame } from '../parts/Frame';
import { linearScale, roundRange } from '../parts/scale';
import tableStyles from '../parts/table.module.css';
import { useDesk } from '../parts/useDesk';
import styles from './Posterior.module.css';
import { shade } from './shades';
import { TryNext } from './TryNext';

type PosteriorInside = Extract<Inside, { kind: 'posterior' }>;

function Belief({ candidates }: Pick<PosteriorInside, 'candidates'>): ReactNode {
  const sorted = [...candidates].sort((a, b) => a.averageBits - b.averageBits);
  const percents = sorted.map(({ averageBits, mean, sd }) => ({ averageBits, mean: mean * 100, sd: sd * 100 }));
  const bits = roundRange(
    percents.map(({ averageBits }) => averageBits),
    1,
  );
  const within = (value: number) => Math.max(0, Math.min(100, value));
  const accuracies = roundRange(
    percents.flatMap(({ mean, sd }) => [within(mean - 2 * sd), within(mean + 2 * sd)]),
    2,
  );
  const best = percents.reduce((a, b) => (b.mean > a.mean ? b : a));
  return (
    <Frame
      says={insides.posterior.says(percents.length, best.mean, best.sd, best.averageBits)}
      x={linearScale(insides.posterior.bits, bits, { most: 6 })}
      y={linearScale(insides.posterior.accuracy, accuracies)}
    >
      {({ x, y }) =>
        percents.map(({ averageBits, mean, sd }, i) => (
          <g key={i} className={styles.belief} transform={`translate(${x(averageBits)},0)`}>
            <line y1={y(within(mean - 2 * sd))} y2={y(within(mean + 2 * sd))} />
            <circle cy={y(within(mean))} r={2.5} />
          </g>
        ))
      }
    </Frame>
  );
}

/** The belief, the tasks with their information per cost, and their correlation. */
export function Posterior({ run, inside }: { readonly run: SearchRun; readonly inside: PosteriorInside }): ReactNode {
  const fits = useDesk((desk) => runFits(run, desk));
  const { tasks, candidates, correlation } = inside;
  const most = Math.max(...tasks.map(({ gain }) => gain), 1e-30);
  return (
    <>
      {candidates.length > 0 && <Belief candidates={candidates} />}
      {fits && <TryNext run={run} inside={inside} />}
      <div className={tableStyles.scroll}>
        <table className={classes(tableStyles.points, tableStyles.whole)}>
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                {insides.posterior.task}
              </th>
              <th scope="col" rowSpan={2}>
                {insides.posterior.images}
              </th>
              <th scope="col" rowSpan={2}>
                {insides.posterior.information}
              </th>
              <th scope="colgroup" colSpan={tasks.length}>
                {insides.posterior.correlation}
              </th>
            </tr>
            <tr>
              {tasks.map(({ label }) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tasks.map(({ label, cost, gain }, t) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{count(cost)}</td>
                <td>
                  <span className={styles.gain} style={{ inlineSize: `${(gain / most) * 60}px` }} />{' '}
                  {insides.posterior.gain(gain)}
                </td>
                {tasks.map((_, other) => (
                  <td
                    key={other}
                    className={styles.correlation}
                    style={{ boxShadow: `inset 4px 0 ${shade(Math.abs(correlation[t]?.[other]), 'share')}` }}
                  >
                    {insides.posterior.rho(correlation[t]?.[other] ?? Number.NaN)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
