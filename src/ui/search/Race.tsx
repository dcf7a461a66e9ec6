// The race: best accuracy so far over images seen, and what each run had at the budget that all have spent.
import type { ReactNode } from 'react';
import type { SearchRun } from '../../store/state/searchRun';
import { compare } from '../../words/en/compare';
import { units } from '../../words/en/units';
import { count, prefixed, upTo } from '../../words/numbers';
import chartStyles from '../parts/chart.module.css';
import { classes } from '../parts/classes';
import { Frame } from '../parts/Frame';
import { linearScale } from '../parts/scale';
import tableStyles from '../parts/table.module.css';
import { MethodIcon } from '../plot/MethodIcon';
import { accuracyOfRun, bestSoFar, bestWithin, cutOffInWords, equalBudget, rangeOfRace } from './compareData';
import { lineOf, RunLegend } from './runLines';
import runLinesStyles from './runLines.module.css';

const imagesOf = ({ spent }: SearchRun) => spent.forward + spent.backward;

function Curves({ runs }: { readonly runs: readonly SearchRun[] }): ReactNode {
  const curves = runs.map((run) => ({ run, steps: bestSoFar(run) }));
  const most = Math.max(...runs.map(imagesOf), 1);
  const [low, high] = rangeOfRace(curves.map(({ steps }) => steps));
  const equal = equalBudget(runs);
  const words = curves.map(({ run, steps }) => compare.race.curve(run.name, steps[steps.length - 1]?.accuracy));
  const cutOff = curves.map(({ run, steps }) => cutOffInWords(run.name, steps, low)).filter(Boolean);
  return (
    <>
      <Frame
        says={compare.race.says(words)}
        x={linearScale(compare.race.images, [0, most], { format: prefixed })}
        y={linearScale(compare.race.best, [low, high], { format: (value) => upTo(value, 2) })}
      >
        {({ x, y, top, bottom }) => (
          <>
            <line className={chartStyles.limit} x1={x(equal)} x2={x(equal)} y1={top} y2={bottom} />
            {curves.map(({ run, steps }) => {
              const path = steps.map(({ images, accuracy }, i) =>
                i === 0 ? `M${x(images)},${y(accuracy)}` : `H${x(images)}V${y(accuracy)}`,
              );
              return (
                <path
                  key={run.id}
                  className={runLinesStyles.line}
                  d={`${path.join('')}H${x(imagesOf(run))}`}
                  style={lineOf(run, runs)}
                />
              );
            })}
          </>
        )}
      </Frame>
      {cutOff.length > 0 && <p className="note">{cutOff.join(' ')}</p>}
    </>
  );
}

/** Curves and table. */
export function Race({ runs }: { readonly runs: readonly SearchRun[] }): ReactNode {
  const equal = equalBudget(runs);
  return (
    <>
      <Curves runs={runs} />
      <RunLegend runs={runs} />
      <div className={tableStyles.scroll}>
        <table className={classes(tableStyles.points, tableStyles.whole)}>
          <thead>
            <tr>
              <th scope="col">{compare.race.run}</th>
              <th scope="col">{compare.race.bestAt(equal)}</th>
              <th scope="col">{compare.race.picked}</th>
              <th scope="col">{compare.race.configs}</th>
              <th scope="col">{compare.race.seen}</th>
              <th scope="col">{compare.race.time}</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => {
              const at = bestWithin(run, equal);
              const end = accuracyOfRun(run);
              return (
                <tr key={run.id}>
                  <th scope="row">
                    <MethodIcon method={run.setting.method} /> {run.name}
                  </th>
                  <td>{at ? compare.race.known(at.accuracy) : compare.race.nothing}</td>
                  <td>
                    {end && compare.race.known(end.accuracy)}
                    {end && (
                      <span className="note">
                        {end.tested ? compare.race.test(end.accuracy.n) : compare.race.validation(end.accuracy.n)}
                      </span>
                    )}
                  </td>
                  <td>{count(run.spent.evaluations)}</td>
                  <td>{count(imagesOf(run))}</td>
                  <td>{units.duration(run.spent.seconds)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
