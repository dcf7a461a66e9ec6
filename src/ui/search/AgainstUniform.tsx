// Mixed widths against uniform ones: accuracy over compression, and the difference at equal size.
import type { ReactNode } from 'react';
import { samePolicy } from '../../graph/policy';
import { compressionHere, floatPolicy } from '../../store/measure/costs';
import type { SearchRun } from '../../store/state/searchRun';
import { classes } from '../parts/classes';
import { Frame } from '../parts/Frame';
import { linearScale, logScale, roundRange } from '../parts/scale';
import { useDesk } from '../parts/useDesk';
import { MarkAt, MethodIcon } from '../plot/MethodIcon';
import { usePlotData } from '../plot/usePlotData';
import styles from './AgainstUniform.module.css';
import { frontOfRun, type RunTradeOff, type SizedPoint, uniformAt } from './compareData';
import { lineOf, RunLegend } from './runLines';
import runLinesStyles from './runLines.module.css';

function words(point: RunTradeOff, uniform: readonly SizedPoint[]): string {
  const mixed = `${point.accuracy.toFixed(1)} %${point.tested ? '' : ' of search images'} at ${point.compression.toFixed(1)}x`;
  const same = uniformAt(point.compression, uniform);
  if (same === undefined) return `${mixed}; no uniform widths are measured around this size`;
  const difference = point.accuracy - same.accuracy;
  const about = same.between ? '~' : '';
  return `${mixed}, uniform ${about}${same.accuracy.toFixed(1)} %: ${about}${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(1)} points`;
}

/** The picture, and one sentence a run. */
export function AgainstUniform({ runs }: { readonly runs: readonly SearchRun[] }): ReactNode {
  const architecture = useDesk((desk) => desk.architecture);
  const scheme = useDesk((desk) => desk.scheme);
  const { marks } = usePlotData();
  const uniform = marks
    .filter(({ source, policy }) => source !== 'estimated' && !samePolicy(policy, floatPolicy(architecture)))
    .map(({ policy, y }) => ({ compression: compressionHere(architecture, policy, scheme), accuracy: y }))
    .sort((a, b) => a.compression - b.compression);
  const mixed = runs
    .filter(({ setting }) => setting.method !== 'uniform')
    .map((run) => ({ run, front: frontOfRun(run, architecture) }));
  const all = [...uniform, ...mixed.flatMap(({ front }) => front)];
  if (mixed.length === 0) return <p className="empty">Compare a run that mixes widths with the uniform ones here.</p>;
  const best = Math.max(...all.map(({ accuracy }) => accuracy));
  const range = roundRange(all.map(({ accuracy }) => Math.max(accuracy, best - 40)));
  const sizes = all.map(({ compression }) => compression);
  const [from, to] = [Math.min(...sizes) / 1.1, Math.max(...sizes) * 1.1];
  return (
    <>
      <Frame
        says="Accuracy over compression: mixed widths, one line per run, and uniform widths."
        x={logScale('times smaller than float, packed file', [from, to], { format: (value) => `${value}x` })}
        y={linearScale('accuracy (%)', range)}
      >
        {({ x, y }) => {
          const line = (points: readonly SizedPoint[]) =>
            `M${points.map((p) => `${x(p.compression)},${y(p.accuracy)}`).join('L')}`;
          return (
            <>
              {uniform.length > 0 && (
                <path className={classes(runLinesStyles.line, runLinesStyles.uniform)} d={line(uniform)} />
              )}
              {uniform.map((p) => (
                <MarkAt key={p.compression} method="uniform" x={x(p.compression)} y={y(p.accuracy)} />
              ))}
              {mixed.map(({ run, front }) => (
                <g key={run.id}>
                  <path className={runLinesStyles.line} d={line(front)} style={lineOf(run, runs)} />
                  {front.map((p) => (
                    <MarkAt key={p.compression} method={run.setting.method} x={x(p.compression)} y={y(p.accuracy)} />
                  ))}
                </g>
              ))}
            </>
          );
        }}
      </Frame>
      <RunLegend runs={mixed.map(({ run }) => run)} />
      <ul className={styles.sentences}>
        {mixed.map(({ run, front }) => {
          const top = front.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
          return (
            <li key={run.id}>
              <MethodIcon method={run.setting.method} /> {run.name}: {words(top, uniform)}
            </li>
          );
        })}
      </ul>
      <p className="note">
        Uniform widths are those measured or shipped, on test images, ~ between two of them; a run whose front was not
        measured on test images stands where its search images say, which flatters it.
      </p>
    </>
  );
}
