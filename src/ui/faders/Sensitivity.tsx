// The sensitivity map: what each layer costs at each width when all others stay float. A cell sets its layer.
import { type ReactNode, useState } from 'react';
import type { SensitivityTable } from '../../engine/protocol/measuring';
import { layersOf } from '../../graph/network';
import { BIT_WIDTHS, FLOAT } from '../../graph/policy';
import type { RoundedPart } from '../../policy/edits';
import { isInRange, widthRangeOf } from '../../policy/widths';
import { calibrationOf } from '../../quant/registry';
import { entriesOf } from '../../store/measure/harms';
import { measureSensitivity, stopSensitivity } from '../../store/measure/measuring';
import { canEstimate, tableHere } from '../../store/measure/selectors';
import { setLayerBits } from '../../store/policy/actions';
import { faders } from '../../words/en/faders';
import { names } from '../../words/en/names';
import { sensitivity } from '../../words/en/sensitivity';
import { inkOn, shade } from '../insides/shades';
import { classes } from '../parts/classes';
import { Panel } from '../parts/Panel';
import progressLineStyles from '../parts/progressLine.module.css';
import { Segmented } from '../parts/Segmented';
import tableStyles from '../parts/table.module.css';
import { moveInTable } from '../parts/tableKeys';
import { useDesk } from '../parts/useDesk';
import styles from './Sensitivity.module.css';

const TENSORS = ['weights', 'activations'] satisfies RoundedPart[];

/** Loss increase at which a shade is two thirds of the way to the worst, in nats. */
const TYPICAL = 0.25;

/** Cost of a loss increase on a scale from 0 (none) to 1 (ruin). */
const costShare = (lossIncrease: number) => Math.max(0, 1 - Math.exp(-lossIncrease / TYPICAL));

function Row({
  table,
  layer,
  tensor,
  row,
}: {
  readonly table: SensitivityTable;
  readonly layer: string;
  readonly tensor: RoundedPart;
  readonly row: number;
}): ReactNode {
  const set = useDesk((desk) => desk.policy[layer]?.[tensor]);
  const selected = useDesk((desk) => desk.selection.includes(layer));
  const range = useDesk((desk) => widthRangeOf(desk.scheme, tensor));
  const entries = entriesOf(table, tensor).get(layer);
  const widths = BIT_WIDTHS.filter((bits) => bits !== FLOAT && (tensor === 'weights' || bits >= 2));
  return (
    <tr className={classes(selected && styles.selected)}>
      <th scope="row">{layer}</th>
      {widths.map((bits, column) => {
        const entry = entries?.get(bits);
        const level = entry ? costShare(entry.lossIncrease) : 0;
        const cell = entry && sensitivity.cell(layer, bits, entry.accuracyChange, entry.lossIncrease);
        return (
          <td key={bits}>
            <button
              type="button"
              data-row={row}
              data-column={column}
              tabIndex={row === 0 && column === 0 ? 0 : -1}
              className={styles.cell}
              aria-pressed={set === bits}
              disabled={!isInRange(bits, range)}
              style={entry && { background: shade(level, 'harm'), color: inkOn(level, 'harm') }}
              aria-label={cell ?? sensitivity.unmeasured(layer, bits)}
              data-tip={cell}
              onClick={() => setLayerBits(layer, tensor, bits)}
            >
              {entry && sensitivity.points(entry.accuracyChange)}
            </button>
          </td>
        );
      })}
    </tr>
  );
}

function SensitivityMap({
  table,
  tensor,
}: {
  readonly table: SensitivityTable;
  readonly tensor: RoundedPart;
}): ReactNode {
  // The table was measured from the last layer to the first; it is read in the order of the network.
  const architecture = useDesk((desk) => desk.architecture);
  const measured = entriesOf(table, tensor);
  const layers = layersOf(architecture).flatMap(({ id }) => (measured.has(id) ? [id] : []));
  const widths = BIT_WIDTHS.filter((bits) => bits !== FLOAT && (tensor === 'weights' || bits >= 2));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the buttons inside
    <div className={classes(tableStyles.scroll, styles.map)} onKeyDown={moveInTable}>
      <table>
        <caption className="unseen">{sensitivity.caption(faders.tensors[tensor])}</caption>
        <thead>
          <tr>
            <th scope="col">{sensitivity.layer}</th>
            {widths.map((bits) => (
              <th key={bits} scope="col">
                {bits} <span className="unseen">{sensitivity.bits}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {layers.map((layer, row) => (
            <Row key={layer} table={table} layer={layer} tensor={tensor} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Region "Sensitivity". */
export default function Sensitivity(): ReactNode {
  const found = useDesk(tableHere);
  const progress = useDesk((desk) => desk.sensitivityProgress);
  const estimates = useDesk(canEstimate);
  const correction = useDesk(({ scheme }) => calibrationOf(scheme).correction);
  const ready = useDesk((desk) => desk.network !== null) && estimates;
  const [tensor, setTensor] = useState<RoundedPart>('weights');
  const note = found && sensitivity.note(found.origin === 'shipped', found.table.images);
  const tools = found && (
    <Segmented
      legend={sensitivity.choice}
      options={TENSORS.map((value) => ({ value, label: faders.modes[value] }))}
      value={tensor}
      onChange={(next) => setTensor(next)}
    />
  );
  return (
    <Panel label={names.sensitivity} className={styles.sensitivity} note={note} tools={tools}>
      {found && <SensitivityMap table={found.table} tensor={tensor} />}
      {progress && (
        <p className={progressLineStyles.line}>
          <progress value={progress.total > 0 ? progress.done : undefined} max={progress.total || 1} />
          {sensitivity[progress.of === 'codes' ? 'choosing' : 'progress'](progress.done, progress.total)}
          <button type="button" onClick={stopSensitivity}>
            {sensitivity.stop}
          </button>
        </p>
      )}
      {!progress && !found && (
        <p className="empty">
          {estimates ? `${sensitivity.question} ${ready ? '' : sensitivity.soon}` : sensitivity.noEstimate(correction)}
        </p>
      )}
      {!progress && found?.origin !== 'measured' && ready && (
        <button type="button" className={styles.inline} onClick={() => void measureSensitivity()}>
          {found ? sensitivity.measureHere : sensitivity.measure}
        </button>
      )}
    </Panel>
  );
}
