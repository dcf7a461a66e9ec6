// A table of layers by widths, each cell shaded by its value: what a method thinks that a layer loses at a width.
import type { ReactNode } from 'react';
import type { Inside } from '../../engine/protocol/searching';
import { said } from '../../words/en/declared';
import { insides } from '../../words/en/insides';
import { units } from '../../words/en/units';
import tableStyles from '../parts/table.module.css';
import styles from './HeatTable.module.css';
import { inkOn, shade } from './shades';

const words = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(0) : String(Number(value.toPrecision(2)));

/** Layers are rows, widths columns. Shades are by rank: a few large values leave room for the others. */
export function HeatTable({ inside }: { readonly inside: Extract<Inside, { kind: 'table' }> }): ReactNode {
  const { label, layers } = inside;
  const widths = [...new Set(layers.flatMap(({ bits }) => bits))].sort((a, b) => a - b);
  const sorted = [...new Set(layers.flatMap(({ values }) => values).filter((v) => Number.isFinite(v)))].sort(
    (a, b) => a - b,
  );
  const rank = new Map(sorted.map((value, i) => [value, sorted.length < 2 ? 0 : i / (sorted.length - 1)]));
  return (
    <figure className={styles.heat} aria-label={insides.heat.says(said(label))}>
      <figcaption className="note">{insides.heat.caption(said(label))}</figcaption>
      <div className={tableStyles.scroll}>
        <table>
          <thead>
            <tr>
              <th scope="col">{insides.heat.bits}</th>
              {widths.map((bits) => (
                <th key={bits} scope="col">
                  {units.bitsShort(bits)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {layers.map(({ id, bits, values }) => (
              <tr key={id}>
                <th scope="row">{id}</th>
                {widths.map((width) => {
                  const value = values[bits.indexOf(width)] ?? Number.NaN;
                  const share = rank.get(value) ?? Number.NaN;
                  return (
                    <td key={width} style={{ background: shade(share, 'harm'), color: inkOn(share, 'harm') }}>
                      {Number.isFinite(value) ? words(value) : '·'}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
