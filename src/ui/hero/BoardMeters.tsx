// What the config takes on the chosen board, beside what it may take: flash, RAM, latency. In the place of the model size.
import { type ReactNode, useEffect } from 'react';
import { type BoardCost, boardCosts, deviceById } from '../../store/device/board';
import { watchBoard } from '../../store/device/watching';
import { setBoardDialog } from '../../store/state/view';
import { device as words } from '../../words/en/device';
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

/** The meters, and the board's name, which opens its dialog. */
export default function BoardMeters(): ReactNode {
  useEffect(watchBoard, []);
  const choice = useDesk((state) => state.board);
  const problem = useDesk((state) => state.boardProblem);
  const state = useDesk((all) => all);
  const device = choice === null ? undefined : deviceById(choice.device);
  if (choice === null || device === undefined) return null;
  const { flash, ram, latency } = boardCosts(state, device, choice);
  const size = ({ used }: BoardCost) => (used === undefined ? '–' : words.size(used));
  const { used: ms, budget: most, range } = latency;
  return (
    <div className={styles.board}>
      <div className={styles.meters}>
        <Meter
          {...flash}
          name={words.flash}
          value={size(flash)}
          note={standing(flash, words.ofSize, words.overSize)}
          tip={words.flashTip(flash.used ?? 0)}
        />
        <Meter
          {...ram}
          name={words.ram}
          value={size(ram)}
          note={standing(ram, words.ofSize, words.overSize)}
          tip={words.ramTip(ram.used ?? 0)}
        />
        <Meter
          {...latency}
          name={words.latency}
          value={ms === undefined ? words.noTime : words.time(ms)}
          note={
            range === undefined
              ? ''
              : most === undefined
                ? words.between(...range)
                : standing(latency, words.ofTime, words.overTime)
          }
          tip={range === undefined ? words.noTimeTip : `${words.latencyTip} ${words.between(...range)}`}
        />
      </div>
      <button type="button" className={styles.open} onClick={() => setBoardDialog(true)}>
        {problem ?? `${device.board.name} · ${device.runtime.label}`}
      </button>
    </div>
  );
}
