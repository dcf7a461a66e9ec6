// The strip "all": one fader that moves every unlocked layer, and meters of model size and accuracy.
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  useRef,
} from 'react';
import type { Architecture } from '../../graph/network';
import { type BitPolicy, FLOAT, SKIPPED, uniformPolicy } from '../../graph/policy';
import { bitsAtPosition, bitsOfKey, FLOAT_POSITION, type RoundedPart, STOPS } from '../../policy/edits';
import { widthRangeOf } from '../../policy/widths';
import type { QuantScheme } from '../../quant/registry';
import { costsOf } from '../../store/measure/costs';
import { floatNetwork, headline, latest } from '../../store/measure/selectors';
import { beginGesture, cancelGesture, endGesture, previewPolicy } from '../../store/policy/actions';
import { allAt, allMoved, nudgeAll, setAll } from '../../store/policy/master';
import { type Desk, desk } from '../../store/state/desk';
import { faders } from '../../words/en/faders';
import { fixed, percent, sizeInWords, sizeParts } from '../../words/numbers';
import { classes } from '../parts/classes';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import { placeOf } from './Fader';
import faderStyles from './Fader.module.css';
import styles from './MasterStrip.module.css';
import { Caps, placesOf } from './PinCaps';
import { walk } from './rackKeys';
import stripStyles from './Strip.module.css';
import { positionAt } from './useGestures';

type Weighed = Pick<Desk, 'architecture' | 'policy' | 'scheme'>;

/** Mean width of the weights, or of the activations that layers read; skipped layers do not count. */
function meanBits({ architecture, policy, scheme }: Weighed, tensor: RoundedPart): number {
  if (tensor === 'weights') return costsOf(architecture, policy, scheme).averageBits;
  const here = Object.values(policy).filter(({ weights }) => weights !== SKIPPED);
  return here.reduce((sum, { activations }) => sum + activations, 0) / Math.max(1, here.length);
}

/** Place of a mean width; between 8 bits and float, which stand apart, in proportion. */
export function placeOfMean(bits: number): number {
  return bits <= 8 ? bits : 8 + ((bits - 8) / (FLOAT - 8)) * (FLOAT_POSITION - 8);
}

/** Bytes at the top of the meter: about those of float's place in bits, or more where the budget is. */
const fullBytes = latest((architecture: Architecture, scheme: QuantScheme, budget: number): number => {
  const eight = costsOf(architecture, uniformPolicy(architecture, 8, 8), scheme).memory;
  return Math.max(eight * 1.2, Math.min(budget * 1.1, eight * 2.4));
});

const share = (value: number, of: number) => ({ '--share': Math.max(0, Math.min(1, value / of)) }) as CSSProperties;

function Meter({ className, words, children }: { className: string; words: string; children: ReactNode }): ReactNode {
  return (
    <span className={classes(styles.meter, className)} {...tip(words)}>
      {children}
    </span>
  );
}

function Meters(): ReactNode {
  const bytes = useDesk((state) => costsOf(state.architecture, state.policy, state.scheme).memory);
  const budget = useDesk((state) => state.budget?.bytes);
  const full = useDesk((state) => fullBytes(state.architecture, state.scheme, budget ?? 0));
  const known = useDesk(headline);
  const float = useDesk((state) => floatNetwork(state)?.accuracy.value);
  const accuracy =
    known.source === 'none' ? undefined : known.source === 'estimated' ? known.value : known.accuracy.value;
  const size = sizeInWords(bytes);
  return (
    <>
      <Meter
        className={styles.size}
        words={budget === undefined ? faders.sizeTip(size) : faders.sizeBudgetTip(size, sizeInWords(budget))}
      >
        <i style={share(Math.min(bytes, budget ?? bytes), full)} />
        {budget !== undefined && bytes > budget && (
          <i
            className={styles.over}
            style={{ ...share(Math.min(bytes, full) - budget, full), '--from': budget / full } as CSSProperties}
          />
        )}
        {budget !== undefined && <b style={share(budget, full)} />}
      </Meter>
      {accuracy !== undefined && (
        <Meter
          className={styles.accuracy}
          words={
            float === undefined
              ? faders.accuracyTip(percent(accuracy))
              : faders.accuracyFloatTip(percent(accuracy), percent(float))
          }
        >
          <i style={share(accuracy, 1)} />
          {float !== undefined && <b style={share(float, 1)} />}
        </Meter>
      )}
    </>
  );
}

function PinnedMeans({ tensor }: { readonly tensor: RoundedPart }): ReactNode {
  const pins = useDesk((state) => state.pins);
  const architecture = useDesk((state) => state.architecture);
  const scheme = useDesk((state) => state.scheme);
  const mean = (policy: BitPolicy) => placeOfMean(meanBits({ architecture, policy, scheme }, tensor));
  return <Caps places={placesOf(pins.map(({ name, policy }) => ({ at: mean(policy), name })))} />;
}

interface Drag {
  readonly base: BitPolicy;
  readonly y: number;
  readonly from: number;
  /** True for the cap, which takes all layers along; the rail sets them to one width. */
  readonly relative: boolean;
}

/** The master strip; it moves what the faders show. */
export function MasterStrip({ tensors }: { readonly tensors: readonly RoundedPart[] }): ReactNode {
  const drag = useRef<Drag | null>(null);
  const mean = useDesk((state) => meanBits(state, tensors[0]));
  const bytes = useDesk((state) => costsOf(state.architecture, state.policy, state.scheme).memory);
  const range = useDesk((state) => widthRangeOf(state.scheme, tensors[0]));
  const place = placeOfMean(mean);
  const [digits, unit] = sizeParts(bytes);

  function move(event: PointerEvent<HTMLElement>): void {
    const now = drag.current;
    if (now === null) return;
    const at = positionAt(event.currentTarget.getBoundingClientRect(), event.clientY);
    const wanted =
      now.relative && !event.shiftKey
        ? allMoved(now.base, tensors, at - now.from)
        : allAt(now.base, tensors, bitsAtPosition(at, range));
    previewPolicy(wanted);
  }
  function onPointerDown(event: PointerEvent<HTMLElement>): void {
    const cap = (event.target as Element).closest('[data-cap]') !== null;
    if (event.button !== 0 || (event.pointerType === 'touch' && !cap)) return;
    event.currentTarget.querySelector('input')?.focus({ preventScroll: true });
    event.currentTarget.setPointerCapture(event.pointerId);
    const from = positionAt(event.currentTarget.getBoundingClientRect(), event.clientY);
    drag.current = { base: desk.getState().policy, y: event.clientY, from, relative: cap };
    beginGesture();
    if (!cap) move(event);
  }
  function end(): void {
    if (drag.current === null) return;
    drag.current = null;
    endGesture();
  }
  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.key === 'Escape' && drag.current !== null) {
      drag.current = null;
      cancelGesture();
      return;
    }
    if (walk(event, true)) return;
    const step = { ArrowUp: 1, ArrowDown: -1, PageUp: 2, PageDown: -2 }[event.key];
    const bits =
      { Home: range[0], End: FLOAT }[event.key] ??
      (event.key.length === 1 ? bitsOfKey(event.key, 'weights') : undefined);
    if (step !== undefined) nudgeAll(tensors, step);
    else if (bits !== undefined) setAll(tensors, bits);
    else return;
    event.preventDefault();
  }
  // The range must not drag by itself; its value follows the policy.
  const onMouseDown = (event: MouseEvent<HTMLElement>) => event.preventDefault();
  const gestures = { onPointerDown, onPointerMove: move, onPointerUp: end, onPointerCancel: end, onMouseDown };
  const words = faders.allText(fixed(mean, 1), sizeInWords(bytes));
  return (
    <div className={styles.master}>
      <div className={styles.head}>
        <b>{faders.all}</b>
        <span aria-hidden="true">
          <i>{faders.average}</i>
          <i>{unit}</i>
          <i>{faders.percent}</i>
        </span>
      </div>
      <div className={styles.body}>
        <div className={styles.fader} {...gestures} {...tip(faders.masterTip)}>
          <span className={stripStyles.rail} />
          {STOPS.map((stop) => (
            <i key={stop} className={faderStyles.stop} style={placeOf(stop)} />
          ))}
          <PinnedMeans tensor={tensors[0]} />
          <input
            type="range"
            className={classes(faderStyles.range, faderStyles.upright)}
            aria-label={faders.allLayers}
            aria-orientation="vertical"
            aria-valuetext={words}
            tabIndex={-1}
            min={0}
            max={FLOAT_POSITION}
            step="any"
            value={place}
            onChange={(event) => nudgeAll(tensors, Number(event.target.value) > place ? 1 : -1)}
            onKeyDown={onKeyDown}
          />
          <span
            className={classes(faderStyles.cap, styles.cap)}
            style={{ '--at': place } as CSSProperties}
            data-cap
            aria-hidden="true"
          >
            {fixed(mean, 1)}
          </span>
        </div>
        <Meters />
      </div>
      <div className={stripStyles.foot}>
        <span>
          <b>{digits}</b> {unit}
        </span>
      </div>
    </div>
  );
}
