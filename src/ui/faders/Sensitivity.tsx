// The sensitivity map: what each layer costs at each width when all others stay float. A cell sets its layer.
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import type { SensitivityTable } from '../../engine/protocol/measuring';
import { layersOf } from '../../graph/network';
import { BIT_WIDTHS, FLOAT } from '../../graph/policy';
import type { RoundedPart } from '../../policy/edits';
import { isInRange, widthRangeOf } from '../../policy/widths';
import { measureSensitivity } from '../../store/measure/measuring';
import { canEstimate, tableHere } from '../../store/measure/selectors';
import { setLayerBits } from '../../store/policy/actions';
import { units } from '../../words/en/units';
import { count } from '../../words/numbers';
import { inkOn, shade } from '../insides/shades';
import { classes } from '../parts/classes';
import { Panel } from '../parts/Panel';
import progressLineStyles from '../parts/progressLine.module.css';
import { Segmented } from '../parts/Segmented';
import tableStyles from '../parts/table.module.css';
import { useDesk } from '../parts/useDesk';
import { costShare, entriesOf } from './costColor';
import styles from './Sensitivity.module.css';

const OPTIONS = (['weights', 'activations'] satisfies RoundedPart[]).map((value) => ({ value, label: value }));

/** Moves the focus within the map by arrow keys; the map is one tab stop. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
  if (step === undefined || cell === null) return;
  const [row, column] = [Number(cell.dataset.row) + step[0], Number(cell.dataset.column) + step[1]];
  const next = event.currentTarget.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`);
  if (next === null) return;
  event.preventDefault();
  next.focus();
}

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
        const points = entry ? (entry.accuracyChange * 100).toFixed(1).replace('-', '−') : '';
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
              style={entry && { background: shade(level), color: inkOn(level) }}
              aria-label={`${layer} at ${units.bitsInWords(bits)}: ${entry ? `${points} points of accuracy, loss up ${entry.lossIncrease.toFixed(3)}` : 'not measured'}`}
              data-tip={
                entry &&
                `${layer} at ${units.bitsInWords(bits)}: accuracy ${points} points, loss +${entry.lossIncrease.toFixed(3)} nats`
              }
              onClick={() => setLayerBits(layer, tensor, bits)}
            >
              {points}
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
    <div className={classes(tableStyles.scroll, styles.map)} onKeyDown={moveFocus}>
      <table>
        <caption className="unseen">
          Points of accuracy by layer and bits of its {tensor}, all other layers float. Arrow keys move, Enter sets the
          layer.
        </caption>
        <thead>
          <tr>
            <th scope="col">layer</th>
            {widths.map((bits) => (
              <th key={bits} scope="col">
                {bits} <span className="unseen">bits</span>
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
export function Sensitivity(): ReactNode {
  const found = useDesk(tableHere);
  const progress = useDesk((desk) => desk.sensitivityProgress);
  const estimates = useDesk(canEstimate);
  const ready = useDesk((desk) => desk.network !== null) && estimates;
  const [tensor, setTensor] = useState<RoundedPart>('weights');
  const note = found
    ? `points of accuracy, that layer alone · ${found.origin === 'shipped' ? 'shipped' : 'measured here'}, ${count(found.table.images)} validation images`
    : 'layer × bits';
  const tools = found && (
    <Segmented legend="Sensitivity of" options={OPTIONS} value={tensor} onChange={(next) => setTensor(next)} />
  );
  return (
    <Panel label="Sensitivity" className={styles.sensitivity} note={note} tools={tools}>
      {found && <SensitivityMap table={found.table} tensor={tensor} />}
      {progress && (
        <p className={progressLineStyles.line}>
          <progress value={progress.total > 0 ? progress.done : undefined} max={progress.total || 1} />
          Measuring every layer at every width: {progress.done} of {progress.total || '…'}
        </p>
      )}
      {!progress && !found && (
        <p className="empty">
          {estimates
            ? `Which layers mind having few bits? ${ready ? '' : 'Measured in the background once the engine is ready.'}`
            : 'With a correction (under “Rounding”), layers cannot be told apart: it is made for each policy as a whole. There is no estimate; policies are measured.'}
        </p>
      )}
      {!progress && found?.origin !== 'measured' && ready && (
        <button type="button" className={styles.inline} onClick={() => void measureSensitivity()}>
          {found ? 'Measure on this device' : 'Measure sensitivity'}
        </button>
      )}
    </Panel>
  );
}
