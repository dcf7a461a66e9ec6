// The dialog "Board": which one, what the config may take on it, and whose arithmetic gives the accuracy shown.
import { type ReactNode, useEffect } from 'react';
import { devices } from '../../device/devices';
import { DEVICE_ROUNDINGS, type DeviceRounding } from '../../device/requantize';
import { KB } from '../../graph/size';
import { chooseBoard, computedBits, deviceById, setBoardBudget, setMeasuredAs } from '../../store/device/board';
import { isTabled } from '../../store/device/table';
import { watchBoard } from '../../store/device/watching';
import { setBoardDialog } from '../../store/state/view';
import { device as words } from '../../words/en/device';
import { Dialog } from '../parts/Dialog';
import { NumberField } from '../parts/NumberField';
import { Segmented } from '../parts/Segmented';
import { Select } from '../parts/Select';
import { useDesk } from '../parts/useDesk';
import styles from './BoardDialog.module.css';
import { OwnCosts } from './OwnCosts';

const NONE = '';
const ARITHMETICS = ['page', ...(Object.keys(DEVICE_ROUNDINGS) as DeviceRounding[])] as const;

function Facts({ id }: { readonly id: string }): ReactNode {
  const device = deviceById(id);
  if (device === undefined) return null;
  const { board, runtime, times } = device;
  const widths = computedBits(device);
  return (
    <ul className={styles.facts}>
      <li>{words.core(board.core, board.clockMHz)}</li>
      <li>{widths === null ? words.computesAny : words.computes(widths)}</li>
      {runtime.int4 && <li>{words[runtime.int4]}</li>}
      <li>{words.source(times.with, times.source)}</li>
    </ul>
  );
}

function Budgets(): ReactNode {
  const choice = useDesk((state) => state.board);
  const tabled = useDesk((state) => isTabled(state, 'ms'));
  const device = choice === null ? undefined : deviceById(choice.device);
  if (choice === null || device === undefined) return null;
  const { board } = device;
  const { flash, ram, latencyMs } = choice;
  const bytes = (kilobytes: number) => (kilobytes > 0 ? kilobytes * KB : null);
  return (
    <div className={styles.budgets}>
      <NumberField
        label={words.flashField(board.flashKB)}
        value={(flash ?? 0) / KB}
        {...{ min: 0, max: board.flashKB ?? 1e6, step: 'any' }}
        onChange={(value) => setBoardBudget({ flash: bytes(value) })}
      />
      <NumberField
        label={words.ramField(board.ramKB)}
        value={(ram ?? 0) / KB}
        {...{ min: 0, max: board.ramKB ?? 1e6, step: 'any' }}
        onChange={(value) => setBoardBudget({ ram: bytes(value) })}
      />
      {!tabled && (
        <NumberField
          label={words.latencyField}
          value={latencyMs ?? 0}
          {...{ min: 0, max: 1e6, step: 'any' }}
          onChange={(value) => setBoardBudget({ latencyMs: value > 0 ? value : null })}
        />
      )}
    </div>
  );
}

function Content(): ReactNode {
  useEffect(watchBoard, []);
  const id = useDesk((state) => state.board?.device ?? NONE);
  const measuredAs = useDesk((state) => state.measuredAs);
  const options = devices.map(({ id: value, board, runtime }) => ({
    value,
    label: `${board.name} · ${runtime.label}`,
  }));
  return (
    <div className={styles.content}>
      <Select
        label={words.board}
        options={[{ value: NONE, label: words.none }, ...options]}
        value={id}
        hint={words.hint}
        onChange={(value) => chooseBoard(value === NONE ? null : value)}
      />
      <Budgets />
      <Facts id={id} />
      <OwnCosts />
      <div className={styles.arithmetic}>
        <span>{words.arithmetic}</span>
        <Segmented
          legend={words.arithmetic}
          options={ARITHMETICS.map((value) => ({ value, label: words.as[value] }))}
          value={measuredAs}
          onChange={setMeasuredAs}
        />
        <p className="note">{words.arithmeticHint}</p>
      </div>
    </div>
  );
}

/** The dialog "Board". */
export default function BoardDialog(): ReactNode {
  const shown = useDesk((state) => state.boardDialog);
  return (
    <Dialog title={words.title} shown={shown} onClose={() => setBoardDialog(false)}>
      {shown && <Content />}
    </Dialog>
  );
}
