// All layers in small, below a rack that is wider than its room: bits as bars, the visible part framed. A press brings the
// stage there to the left edge; dragging goes on from the pointer.
import type { PointerEvent, ReactNode, RefObject } from 'react';
import { positionOf, type RoundedPart } from '../../policy/edits';
import { bitsFill } from '../parts/bitRamp';
import { classes } from '../parts/classes';
import { useDesk } from '../parts/useDesk';
import styles from './Overview.module.css';

interface OverviewProps {
  readonly layers: readonly string[];
  /** The first layers of all stages but the first. */
  readonly firsts: ReadonlySet<string>;
  readonly tensor: RoundedPart;
  readonly strips: RefObject<HTMLElement | null>;
  /** First visible pixel, visible pixels and all pixels of the strips. */
  readonly view: { readonly from: number; readonly room: number; readonly whole: number };
}

/** The small rack; only for pointers, since the keyboard goes to the strips themselves. */
export function Overview({ layers, firsts, tensor, strips, view }: OverviewProps): ReactNode {
  const policy = useDesk((desk) => desk.policy);
  function go(event: PointerEvent<HTMLElement>): void {
    if (event.buttons === 0 || strips.current === null) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    strips.current.scrollLeft = ((event.clientX - left) / width) * view.whole - view.room / 2;
  }
  function goToStage(event: PointerEvent<HTMLElement>): void {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - left) / width;
    const pressed = Math.floor(share * layers.length);
    const first = layers.findLastIndex((id, i) => i === 0 || (i <= pressed && firsts.has(id)));
    const start = (view.whole * first) / layers.length;
    // What is pressed stays in view, also far inside of a long stage.
    if (strips.current === null || share * view.whole > start + view.room) go(event);
    else strips.current.scrollLeft = start;
  }
  return (
    <div
      className={styles.overview}
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        goToStage(event);
      }}
      onPointerMove={go}
    >
      {layers.map((id) => {
        const bits = policy[id]?.[tensor] ?? 8;
        return (
          <i
            key={id}
            className={classes(firsts.has(id) && styles.apart)}
            style={{ blockSize: `${positionOf(bits) * 10}%`, background: bitsFill(bits) }}
          />
        );
      })}
      <span
        style={{
          insetInlineStart: `${(100 * view.from) / view.whole}%`,
          inlineSize: `${(100 * view.room) / view.whole}%`,
        }}
      />
    </div>
  );
}
