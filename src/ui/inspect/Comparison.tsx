// Every quantizer on the network in use, at 4 bits or what is nearest, without retraining: which one to choose.
import { type ReactNode, useMemo, useState } from 'react';
import { COMPARED_BITS } from '../../quant/comparison';
import { parseGranularity } from '../../quant/granularity';
import { type QuantScheme, quantizers, schemeName } from '../../quant/registry';
import { type ComparisonRow, comparisonRows, loadComparison, measureComparison } from '../../store/measure/comparison';
import { stopSeries } from '../../store/measure/measuring';
import { setScheme } from '../../store/policy/scheme';
import { said } from '../../words/en/declared';
import { layer as words } from '../../words/en/layer';
import { units } from '../../words/en/units';
import { sizeInWords } from '../../words/numbers';
import { classes } from '../parts/classes';
import tableStyles from '../parts/table.module.css';
import { useDesk } from '../parts/useDesk';
import styles from './Comparison.module.css';

/** A scheme in words, e.g. "Symmetric uniform, per channel, least-error range". */
function schemeInWords(scheme: QuantScheme): string {
  const { kind, size } = parseGranularity(scheme.granularity);
  const { granularity } = words.comparison;
  const scale = kind === 'block' ? granularity.block(size) : granularity[kind];
  return words.comparison.scheme(said(quantizers[scheme.quantizer].label), scale, scheme.range === 'mse');
}

function Row({ row, float, ready }: { row: ComparisonRow; float: ComparisonRow; ready: boolean }): ReactNode {
  const { scheme, bits, memory, accuracy, source } = row;
  const current = useDesk((state) => schemeName(state.scheme) === schemeName(scheme));
  const isFloat = row === float;
  const same = float.accuracy?.n === accuracy?.n;
  return (
    <tr className={classes(current && !isFloat && styles.selected)}>
      <th scope="row">{isFloat ? words.comparison.float : schemeInWords(scheme)}</th>
      <td>{units.bitsShort(bits)}</td>
      <td>{sizeInWords(memory)}</td>
      <td>
        {accuracy ? words.comparison.known(accuracy) : '–'}
        {source === 'measured' && accuracy && <span className="note"> {words.comparison.here(accuracy.n)}</span>}
      </td>
      <td>
        {accuracy && float.accuracy && same && !isFloat
          ? words.comparison.points(accuracy.value - float.accuracy.value)
          : ''}
      </td>
      <td>
        {!isFloat && (
          <button
            type="button"
            disabled={current || !ready}
            aria-label={words.comparison.useScheme(schemeInWords(scheme))}
            onClick={() => setScheme(scheme)}
          >
            {current ? words.comparison.inUse : words.comparison.use}
          </button>
        )}
      </td>
    </tr>
  );
}

function Table(): ReactNode {
  const architecture = useDesk((state) => state.architecture);
  const networkId = useDesk((state) => state.networkId);
  const datasetId = useDesk((state) => state.datasetId);
  const network = useDesk((state) => state.network);
  const measured = useDesk((state) => state.measured);
  const comparison = useDesk((state) => state.comparison);
  const left = useDesk((state) => state.seriesLeft);
  const rows = useMemo(
    () => comparisonRows({ architecture, networkId, datasetId, network, measured, comparison }),
    [architecture, networkId, datasetId, network, measured, comparison],
  );
  const ready = network !== null;
  return (
    <>
      <div className={tableStyles.scroll}>
        <table className={styles.comparison}>
          <thead>
            <tr>
              <th scope="col">{words.comparison.quantizer}</th>
              <th scope="col">{words.comparison.bits}</th>
              <th scope="col">{words.comparison.size}</th>
              <th scope="col">{words.comparison.accuracy}</th>
              <th scope="col">{words.comparison.difference}</th>
              <th scope="col">
                <span className="unseen">{words.comparison.action}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={`${schemeName(row.scheme)}/${row.bits}`} row={row} float={rows[0]} ready={ready} />
            ))}
          </tbody>
        </table>
      </div>
      <div className="buttons">
        {left > 0 ? (
          <button type="button" onClick={stopSeries}>
            {words.comparison.stop(left)}
          </button>
        ) : (
          <button type="button" disabled={!ready} onClick={measureComparison}>
            {words.comparison.measure}
          </button>
        )}
        <span className="note">{rows.some(({ source }) => source === 'shipped') && comparison?.origin}</span>
      </div>
    </>
  );
}

/** A disclosure below the quantizer's explanation. */
export function Comparison(): ReactNode {
  const [open, setOpen] = useState(false);
  const name = useDesk((state) => state.architecture.name);
  const images = useDesk((state) => state.dataset?.label);
  return (
    <details
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
        if (event.currentTarget.open) void loadComparison();
      }}
    >
      <summary>{words.comparison.summary(name, images, COMPARED_BITS)}</summary>
      {open && <Table />}
    </details>
  );
}
