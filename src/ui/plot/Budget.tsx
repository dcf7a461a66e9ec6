// The budget on the plot: a line with a pill that is dragged or moved by keys, what lies over it hatched, and the sizes of
// devices to choose from on the upper edge.
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
} from 'react';
import { KB } from '../../graph/size';
import {
  BUDGET_RANGE,
  BUDGET_SIZES,
  budgetLeft,
  dragBudget,
  endBudgetDrag,
  setBudget,
  setBudgetSize,
  suggestedBudget,
} from '../../store/measure/budget';
import { deviceOf } from '../../store/measure/devices';
import { cloudHere } from '../../store/measure/selectors';
import type { SizeBudget } from '../../store/state/budget';
import { plot as words } from '../../words/en/plot';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import styles from './Budget.module.css';
import { enlarged, type PlotGeometry } from './plotScales';
import { OVER } from './spots';

/** Pixels within which a dragged line snaps to the size of a device. */
const SNAP = 6;
/** Room of a chip with and without the name of its device, and of the pill. */
const ROOM = { named: 190, chip: 84, pill: 132 } as const;

/** The middle of the pill of a budget at a place: within the plot. */
function placeOfPill(plot: PlotGeometry, at: number): number {
  const half = (ROOM.pill * enlarged(plot)) / 2;
  return Math.max(plot.left + half, Math.min(plot.right - half, at));
}

/** The line and the hatch, under the points. */
export function BudgetGround({ plot, id }: { readonly plot: PlotGeometry; readonly id: string }): ReactNode {
  const bytes = useDesk((state) => state.budget?.bytes);
  if (bytes === undefined) return null;
  const { left, right, top, bottom, breakY } = plot;
  const x = Math.max(left, Math.min(right, plot.x(bytes)));
  const isIn = bytes > plot.cost[0] && bytes < plot.cost[1];
  const high = bottom - top + OVER;
  return (
    <g>
      <pattern id={`${id}over`} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className={styles.hatch} width="1" height="8" />
      </pattern>
      <rect className={styles.shade} x={x} y={top - OVER} width={right - x} height={high} />
      <rect x={x} y={top - OVER} width={right - x} height={high} fill={`url(#${id}over)`} />
      {isIn && <line className={styles.line} x1={x} x2={x} y1={top - OVER} y2={bottom} />}
      {right - x > 90 * enlarged(plot) && (
        <text className={styles.over} x={x + 8} y={(breakY ?? bottom) - 10 * enlarged(plot)}>
          {words.budget.over}
        </text>
      )}
    </g>
  );
}

/** The size at a place of the plot, of a device if its line is near. */
export function sizeAt(plot: PlotGeometry, x: number): number {
  const near = BUDGET_SIZES.find((size) => Math.abs(plot.x(size) - x) < SNAP);
  return near ?? plot.costAt(Math.max(plot.left, Math.min(plot.right, x)));
}

/** The size that a key leads to: arrows by one KB, with Shift by a tenth, page keys to the next device; undefined for others. */
export function sizeByKey(bytes: number, key: string, fine: boolean): number | undefined {
  const step = fine ? KB / 10 : KB;
  if (key === 'ArrowRight' || key === 'ArrowUp') return bytes + step;
  if (key === 'ArrowLeft' || key === 'ArrowDown') return bytes - step;
  if (key === 'PageUp') return BUDGET_SIZES.find((size) => size > bytes) ?? bytes;
  if (key === 'PageDown') return BUDGET_SIZES.findLast((size) => size < bytes) ?? bytes;
  if (key === 'Home') return BUDGET_SIZES[0];
  if (key === 'End') return BUDGET_SIZES[BUDGET_SIZES.length - 1];
  return undefined;
}

interface PillProps {
  readonly plot: PlotGeometry;
  readonly budget: SizeBudget;
  readonly grip: RefObject<HTMLDivElement | null>;
  /** Whether the focus is to follow what has just changed. */
  readonly follows: RefObject<boolean>;
}

function Pill({ plot, budget, grip, follows }: PillProps): ReactNode {
  const pill = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = pill.current;
    return () => {
      if (element?.contains(document.activeElement)) follows.current = true;
    };
  }, [follows]);
  const left = useDesk(budgetLeft) ?? 0;
  const start = useRef<{ readonly budget: SizeBudget; readonly offset: number }>(undefined);
  const at = plot.x(budget.bytes);
  const x = placeOfPill(plot, at);
  const off = at > plot.right ? ' →' : at < plot.left ? '← ' : '';
  function onDown(event: PointerEvent<HTMLElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { budget, offset: event.clientX - Math.max(plot.left, Math.min(plot.right, at)) };
  }
  function onMove(event: PointerEvent<HTMLElement>): void {
    if (start.current) dragBudget(sizeAt(plot, event.clientX - start.current.offset));
  }
  function onUp(): void {
    if (start.current) endBudgetDrag(start.current.budget);
    start.current = undefined;
  }
  // The browser takes the finger away: it scrolls the page.
  function onCancel(): void {
    if (start.current) dragBudget(start.current.budget.bytes);
    start.current = undefined;
  }
  function onKey(event: KeyboardEvent<HTMLElement>): void {
    if (event.key === 'Escape' && start.current) onCancel();
    else if (event.key === 'Delete' || event.key === 'Backspace') setBudget(null);
    else {
      const size = sizeByKey(budget.bytes, event.key, event.shiftKey);
      if (size === undefined) return;
      setBudgetSize(size, 'budgetLine');
    }
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <>
      {off === '' && (
        <div
          className={styles.handle}
          style={{ left: at, top: plot.top - OVER, height: plot.bottom - plot.top + OVER }}
          onPointerDown={onDown}
          onPointerMove={onMove}
          onPointerUp={onUp}
          onPointerCancel={onCancel}
        />
      )}
      <div ref={pill} className={styles.pill} style={{ left: x }}>
        <div
          ref={grip}
          role="slider"
          tabIndex={0}
          aria-label={words.budget.name}
          aria-valuemin={BUDGET_RANGE.min / KB}
          aria-valuemax={BUDGET_RANGE.max / KB}
          aria-valuenow={budget.bytes / KB}
          aria-valuetext={words.budget.value(budget.bytes, left)}
          className={styles.grip}
          onPointerDown={onDown}
          onPointerMove={onMove}
          onPointerUp={onUp}
          onPointerCancel={onCancel}
          onKeyDown={onKey}
        >
          {off === '← ' && off}
          {words.budget.fits(budget.bytes)}
          {off === ' →' && off}
        </div>
        <button type="button" aria-label={words.budget.remove} onClick={() => setBudget(null)}>
          ×
        </button>
      </div>
    </>
  );
}

interface Chip {
  readonly bytes: number;
  readonly x: number;
  readonly beyond: boolean;
}

/** The sizes of devices within what is shown, and the next beyond it, where they touch neither each other nor the pill. */
export function chipsOf(plot: PlotGeometry, pill: number | undefined, suggested: number): Chip[] {
  const [from, to] = plot.cost;
  const within = BUDGET_SIZES.filter((size) => size >= from && size <= to);
  const sizes = within.length > 0 || pill !== undefined ? within : [suggested];
  const half = ROOM.chip / 2;
  const all = sizes.map((bytes) => ({
    ...{ bytes, beyond: false },
    x: Math.max(plot.left + half, Math.min(plot.right - half, plot.x(bytes))),
  }));
  const next = BUDGET_SIZES.find((size) => size > to);
  if (next !== undefined) all.push({ bytes: next, beyond: true, x: plot.right - half });
  const chips: Chip[] = [];
  for (const chip of all) {
    const free = chips.every(({ x }) => Math.abs(chip.x - x) >= ROOM.chip + 4);
    if (free && (pill === undefined || Math.abs(chip.x - pill) >= (ROOM.chip + ROOM.pill) / 2 + 4)) chips.push(chip);
  }
  return chips;
}

/** What sets the budget, over the points. */
export function BudgetControls({ plot }: { readonly plot: PlotGeometry }): ReactNode {
  const budget = useDesk((state) => state.budget);
  const suggested = useDesk(suggestedBudget);
  const place = budget && placeOfPill(plot, plot.x(budget.bytes));
  // A chip makes room for the pill, which takes the focus and so says what is set; a removed pill returns it to the nearest chip.
  const grip = useRef<HTMLDivElement>(null);
  const buttons = useRef(new Map<number, HTMLButtonElement>());
  const follows = useRef(false);
  const last = useRef(0);
  useEffect(() => {
    const distance = (size: number) => Math.abs(Math.log(size / last.current));
    const [nearest] = [...buttons.current].sort(([a], [b]) => distance(a) - distance(b));
    if (follows.current) (grip.current ?? nearest?.[1])?.focus({ preventScroll: true });
    follows.current = false;
    last.current = budget?.bytes ?? 0;
  }, [budget]);
  // While the points are on their way, so is the range of sizes that the chips stand in.
  const settled = useDesk(
    (state) => state.phase === 'ready' || state.phase === 'failed' || cloudHere(state).length > 0,
  );
  const chips = settled ? chipsOf(plot, place ?? undefined, suggested) : [];
  return (
    <>
      {chips.map(({ bytes, x, beyond }, i) => {
        const others = [
          ...chips.filter((_, other) => other !== i).map((chip) => chip.x),
          ...(place === null ? [] : [place]),
        ];
        const isWide =
          !beyond &&
          others.every((other) => Math.abs(other - x) > ROOM.named) &&
          Math.min(x - plot.left, plot.right - x) > ROOM.named / 2;
        const device = deviceOf(bytes);
        return (
          <button
            key={bytes}
            ref={(button) => {
              if (button) buttons.current.set(bytes, button);
              return () => void buttons.current.delete(bytes);
            }}
            type="button"
            className={styles.chip}
            style={beyond ? { right: 16 } : { left: x }}
            onClick={() => {
              follows.current = true;
              setBudgetSize(bytes);
            }}
            {...tip(device ? words.budget.tip(bytes, device) : words.budget.tipPlain(bytes))}
          >
            {words.budget.fits(bytes)}
            {device && isWide && <span className={styles.device}>{device}</span>}
            {beyond && ' →'}
          </button>
        );
      })}
      {budget && <Pill plot={plot} budget={budget} grip={grip} follows={follows} />}
    </>
  );
}
