// Lines of runs: the color of their method, and dashes that tell runs of one method apart.
import type { ReactNode } from 'react';
import type { SearchRun } from '../../store/state/searchRun';
import chartStyles from '../parts/chart.module.css';
import { MethodIcon } from '../plot/MethodIcon';
import { markOf } from '../plot/methodMarks';

const DASHES = ['', '7 3', '2 3', '9 3 2 3'] as const;

/** Style of a run's line among others. */
export function lineOf(run: SearchRun, runs: readonly SearchRun[]): { stroke: string; strokeDasharray: string } {
  const same = runs.filter(({ setting }) => setting.method === run.setting.method);
  return {
    stroke: markOf(run.setting.method).color,
    strokeDasharray: DASHES[same.indexOf(run) % DASHES.length],
  };
}

/** Names of the runs with their lines. */
export function RunLegend({ runs }: { readonly runs: readonly SearchRun[] }): ReactNode {
  return (
    <p className={chartStyles.legend} aria-hidden="true">
      {runs.map((run) => (
        <span key={run.id} className={chartStyles.entry}>
          <svg width="26" height="10" aria-hidden="true">
            <line x1="1" x2="25" y1="5" y2="5" strokeWidth="2" style={lineOf(run, runs)} />
          </svg>
          <MethodIcon method={run.setting.method} /> {run.name}
        </span>
      ))}
    </p>
  );
}
