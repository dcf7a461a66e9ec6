// What the runs gave each layer: normalized bits over depth, one line a run, and the bits as a table beside the faders'.
import type { ReactNode } from 'react';
import type { BitPolicy } from '../../graph/policy';
import type { SearchRun } from '../../store/state/searchRun';
import { configName } from '../../words/config';
import { compare } from '../../words/en/compare';
import { units } from '../../words/en/units';
import { classes } from '../parts/classes';
import { Frame } from '../parts/Frame';
import { layerScale, linearScale } from '../parts/scale';
import tableStyles from '../parts/table.module.css';
import { useDesk } from '../parts/useDesk';
import { MethodIcon } from '../plot/MethodIcon';
import { normalizedBits, policyOfRun } from './compareData';
import styles from './LayerBits.module.css';
import { lineOf, RunLegend } from './runLines';
import runLinesStyles from './runLines.module.css';

interface Column {
  readonly run: SearchRun;
  readonly policy: BitPolicy;
}

function Profiles({ columns }: { readonly columns: readonly Column[] }): ReactNode {
  const layers = Object.keys(columns[0].policy);
  const runs = columns.map(({ run }) => run);
  const words = columns.map(({ run, policy }) => compare.layers.run(run.name, configName(policy)));
  return (
    <Frame
      says={compare.layers.says(words)}
      x={layerScale(layers, 'points')}
      y={linearScale(compare.layers.axis, [0, 1], { ticks: [0, 0.25, 0.5, 0.75, 1] })}
    >
      {({ x, y }) =>
        columns.map(({ run, policy }, i) => {
          // Equal profiles lie beside each other, not on top.
          const aside = (i - (columns.length - 1) / 2) * 2.5;
          const points = normalizedBits(policy).map((share, l) => `${x(l)},${y(share) + aside}`);
          return (
            <path key={run.id} className={runLinesStyles.line} d={`M${points.join('L')}`} style={lineOf(run, runs)} />
          );
        })
      }
    </Frame>
  );
}

function Cell({
  bits,
  than,
}: {
  readonly bits: BitPolicy[string];
  readonly than: BitPolicy[string] | undefined;
}): ReactNode {
  const difference = than === undefined ? 0 : bits.weights - than.weights;
  const acts = than !== undefined && bits.activations !== than.activations;
  return (
    <td className={classes(difference > 0 && styles.more, difference < 0 && styles.fewer)}>
      {acts
        ? compare.layers.pair(units.bitsShort(bits.weights), units.bitsShort(bits.activations))
        : units.bitsShort(bits.weights)}
      {difference !== 0 && <span className="note">{compare.layers.difference(difference)}</span>}
    </td>
  );
}

/** The picture, and the table of differences from the faders. */
export function LayerBits({ runs }: { readonly runs: readonly SearchRun[] }): ReactNode {
  const yours = useDesk((desk) => desk.policy);
  const columns = runs.flatMap((run): Column[] => {
    const policy = policyOfRun(run);
    return policy === undefined ? [] : [{ run, policy }];
  });
  if (columns.length === 0) return <p className="empty">{compare.layers.empty}</p>;
  return (
    <>
      <Profiles columns={columns} />
      <RunLegend runs={columns.map(({ run }) => run)} />
      <div className={tableStyles.scroll}>
        <table className={classes(tableStyles.points, tableStyles.whole, styles.bits)}>
          <thead>
            <tr>
              <th scope="col">{compare.layers.weightBits}</th>
              <th scope="col">{compare.layers.yours}</th>
              {columns.map(({ run }) => (
                <th key={run.id} scope="col">
                  <MethodIcon method={run.setting.method} /> {run.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.keys(columns[0].policy).map((layer) => (
              <tr key={layer}>
                <th scope="row">{layer}</th>
                <td>{yours[layer] && units.bitsShort(yours[layer].weights)}</td>
                {columns.map(({ run, policy }) => (
                  <Cell key={run.id} bits={policy[layer]} than={yours[layer]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
