// The first minute: one drag that pays, one that does not, and what they tell. It lies in the rack's bar, whose key and
// choice of tensors yield to it, so that it hides no fader, and points at the one it speaks of.
import { type CSSProperties, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { costsOf } from '../../store/measure/costs';
import { entriesOf } from '../../store/measure/harms';
import { missing, tableHere } from '../../store/measure/selectors';
import type { Desk } from '../../store/state/desk';
import { coach } from '../../words/en/coach';
import { costlyLayer, invitingLayer } from '../faders/inviting';
import { classes } from '../parts/classes';
import { useDesk, usePhone } from '../parts/useDesk';
import styles from './Coach.module.css';
import { type Place, placeOver } from './placeOver';

const KEY = 'fewbits.coached';

function wasCoached(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

/** The two layers, as "first,second"; nothing without a table, or where nothing can be measured. */
function layersToDrag(desk: Desk): string | undefined {
  const found = tableHere(desk);
  if (found === null || missing(desk) !== null) return undefined;
  const entries = entriesOf(found.table, 'weights');
  return [invitingLayer, costlyLayer].map((choose) => choose(desk.architecture, desk.scheme, entries)).join();
}

/** The place of the mark over a layer's strip; undefined while that is not drawn. */
function usePlace(layer: string) {
  const note = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place>();
  useLayoutEffect(() => {
    const mark = note.current;
    const rack = mark?.parentElement;
    if (!mark || !rack) return;
    const look = () => {
      const strip = rack.querySelector(`[data-strip="${CSS.escape(layer)}"]`)?.getBoundingClientRect();
      const room = rack.getBoundingClientRect();
      const [left, right] = [(strip?.left ?? 0) - room.left, (strip?.right ?? 0) - room.left];
      setPlace(strip && placeOver({ left, right }, mark.offsetWidth, room.width));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(rack);
    observer.observe(mark);
    return () => observer.disconnect();
  }, [layer]);
  return [note, place] as const;
}

function Mark({ layers: [first, second], onEnd }: { readonly layers: readonly string[]; onEnd(): void }): ReactNode {
  const step = useDesk(({ policy }) => (policy[first]?.weights > 4 ? 0 : policy[second]?.weights > 2 ? 1 : 2));
  const share = useDesk(({ architecture, policy, scheme }) => {
    const { layers, memory } = costsOf(architecture, policy, scheme);
    return (layers.get(first) ?? 0) / memory;
  });
  const [note, place] = usePlace(step === 1 ? second : first);
  const [down, costly] = usePhone() ? [coach.tapDown, coach.tapCostly] : [coach.dragDown, coach.dragCostly];
  const words = [down(first, share), costly(second), coach.dragged][step];
  return (
    <div
      ref={note}
      role="note"
      data-coach=""
      className={classes(styles.coach, step < 2 && place && styles.pointing)}
      style={{ '--left': `${place?.left ?? 8}px`, '--arrow': `${place?.arrow ?? 0}px` } as CSSProperties}
    >
      <b>{words}</b>
      <span className={styles.dots} aria-hidden="true">
        {[0, 1, 2].map((i) => (
          <i key={i} className={classes(i === step && styles.now)} />
        ))}
      </span>
      <button type="button" onClick={onEnd}>
        {step < 2 ? coach.skipSteps : coach.endSteps}
      </button>
    </div>
  );
}

/** The mark, until it is skipped or done with; nothing where a link has brought other bits, or at a later visit. */
export function Coach(): ReactNode {
  const [ended, setEnded] = useState(wasCoached);
  const [begun, setBegun] = useState(false);
  const untouched = useDesk(
    ({ touched, policy }) => !touched && Object.values(policy).every(({ weights }) => weights === 8),
  );
  const layers = useDesk(layersToDrag);
  const inLesson = useDesk((desk) => desk.lesson !== null);
  if (untouched && !begun) setBegun(true);
  const waits = useDesk((desk) => desk.phase === 'starting' || desk.phase === 'loading');
  // A lesson guides in another way.
  if (ended || !begun || inLesson) return null;
  if (layers === undefined) return waits && <div className={styles.coming} />;
  function end(): void {
    try {
      localStorage.setItem(KEY, '1');
    } catch {
      // Without storage it is gone as long as the page lasts.
    }
    setEnded(true);
  }
  return <Mark layers={layers.split(',')} onEnd={end} />;
}
