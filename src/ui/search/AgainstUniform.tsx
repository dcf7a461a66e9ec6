// Mixed widths against uniform ones: accuracy over compression, and the difference at equal size.
import type { ReactNode } from 'react';
import { samePolicy } from '../../graph/policy';
import { compressionHere, floatPolicy } from '../../store/measure/costs';
import type { SearchRun } from '../../store/state/searchRun';
import { compare } from '../../words/en/compare';
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

function words({ accuracy, compression, tested }: RunTradeOff, uniform: readonly SizedPoint[]): string {
  const same = uniformAt(compression, uniform);
  if (same === undefined) return compare.uniform.alone(accuracy, compression, tested);
  return compare.uniform.against(accuracy, compression, tested, same.accuracy, same.between);
}

/** The picture, and one sentence per run. */
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
  if (mixed.length === 0) return <p className="empty">{compare.uniform.empty}</p>;
  const best = Math.max(...all.map(({ accuracy }) => accuracy));
  const range = roundRange(all.map(({ accuracy }) => Math.max(accuracy, best - 40)));
  const sizes = all.map(({ compression }) => compression);
  const [from, to] = [Math.min(...sizes) / 1.1, Math.max(...sizes) * 1.1];
  return (
    <>
      <Frame
        says={compare.uniform.says}
        x={logScale(compare.uniform.compression, [from, to], { format: compare.uniform.times })}
        y={linearScale(compare.uniform.accuracy, range)}
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
              <MethodIcon method={run.setting.method} /> {compare.uniform.sentence(run.name, words(top, uniform))}
            </li>
          );
        })}
      </ul>
      <p className="note">{compare.uniform.note}</p>
    </>
  );
}
