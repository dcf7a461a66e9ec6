// What the config takes on the chosen board and by a table of the user's own, beside what it may take: flash, RAM, latency,
// energy. In the place of the model size.
import { type ReactNode, useEffect } from 'react';
import type { CostTable, TableUnit } from '../../device/costTable';
import { kernelsOf } from '../../device/devices';
import { type BoardCost, type BoardCosts, boardCosts, deviceById } from '../../store/device/board';
import { watchBoard } from '../../store/device/watching';
import { costsOf } from '../../store/measure/costs';
import { setBoardDialog } from '../../store/state/view';
import { device as words } from '../../words/en/device';
import { hero } from '../../words/en/hero';
import { names } from '../../words/en/names';
import { classes } from '../parts/classes';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import styles from './BoardMeters.module.css';
import { SizeGauge } from './Gauges';

interface MeterProps extends BoardCost {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly tip: string;
}

function Meter({ name, value, note, used, budget, tip: about }: MeterProps): ReactNode {
  const isOver = used !== undefined && budget !== undefined && used > budget;
  return (
    <output aria-label={name} aria-live="off" className={styles.meter} {...tip(about)}>
      <span className={styles.name}>{name}</span>
      <b>{value}</b>
      <SizeGauge bytes={used ?? 0} budget={budget} float={Math.max(1, used ?? 1)} />
      <span className={classes(styles.note, isOver && styles.over)}>{note}</span>
    </output>
  );
}

/** How a cost stands to its budget. */
function standing({ used, budget }: BoardCost, of: (n: number) => string, over: (n: number) => string): string {
  if (budget === undefined) return '';
  return used !== undefined && used > budget ? over(budget) : of(budget);
}

/** The file of the page where no board is chosen. */
function SizeMeter(): ReactNode {
  const bytes = useDesk((desk) => costsOf(desk.architecture, desk.policy, desk.scheme).memory);
  const budget = useDesk((desk) => desk.budget?.bytes);
  const size = { used: bytes, budget };
  return (
    <Meter
      {...size}
      name={names.modelSize}
      value={words.size(bytes)}
      note={standing(size, words.ofSize, words.overSize)}
      tip={hero.bytes(bytes)}
    />
  );
}

/** A cost by the table of the user's own. */
function TableMeter({
  unit,
  table,
  ...cost
}: BoardCosts['latency'] & { unit: TableUnit; table: CostTable }): ReactNode {
  const { used, missing = [] } = cost;
  const say = words.tabled[unit];
  return (
    <Meter
      {...cost}
      name={unit === 'ms' ? words.latency : words.energy}
      value={used === undefined ? '–' : say(used)}
      note={
        used === undefined
          ? words.missing(missing.length)
          : standing(
              cost,
              (most) => words.ofTabled(most, unit),
              (most) => words.overTabled(most, unit),
            )
      }
      tip={used === undefined ? words.notTabled(missing) : words.tabledTip(table.name)}
    />
  );
}

function Latency({ used: ms, budget, range }: NonNullable<BoardCosts['latency']>): ReactNode {
  const cost = { used: ms, budget };
  const note = range !== undefined && budget === undefined ? words.between(...range) : '';
  return (
    <Meter
      {...cost}
      name={words.latency}
      value={ms === undefined ? words.noTime : words.time(ms)}
      note={range === undefined ? '' : note || standing(cost, words.ofTime, words.overTime)}
      tip={range === undefined ? words.noTimeTip : `${words.latencyTip} ${words.between(...range)}`}
    />
  );
}

/** The meters, and the names of board and table, which open their dialog. */
export default function BoardMeters(): ReactNode {
  useEffect(watchBoard, []);
  const choice = useDesk((state) => state.board);
  const table = useDesk((state) => state.costTable?.table);
  const problem = useDesk((state) => state.boardProblem);
  const state = useDesk((all) => all);
  const device = choice === null ? undefined : deviceById(choice.device);
  if (device === undefined && table === undefined) return null;
  const { flash, ram, latency, energy } = boardCosts(state);
  const size = ({ used }: BoardCost) => (used === undefined ? '–' : words.size(used));
  const titles = [...(device ? [device.board.name, device.runtime.label] : []), ...(table ? [table.name] : [])];
  return (
    <div className={styles.board}>
      <div className={classes(styles.meters, ram && latency && energy && styles.four)}>
        {flash === undefined ? (
          <SizeMeter />
        ) : (
          <Meter
            {...flash}
            name={words.flash}
            value={size(flash)}
            note={standing(flash, words.ofSize, words.overSize)}
            tip={words.flashTip(flash.used ?? 0)}
          />
        )}
        {ram && device && (
          <Meter
            {...ram}
            name={words.ram}
            value={size(ram)}
            note={standing(ram, words.ofSize, words.overSize)}
            tip={words.ramTip(ram.used ?? 0, kernelsOf(device))}
          />
        )}
        {latency && table && latency.missing ? (
          <TableMeter {...latency} unit="ms" table={table} />
        ) : (
          latency && <Latency {...latency} />
        )}
        {energy && table && <TableMeter {...energy} unit="mJ" table={table} />}
      </div>
      <button type="button" className={styles.open} onClick={() => setBoardDialog(true)}>
        {(device && problem) ?? titles.join(' · ')}
      </button>
    </div>
  );
}
