// All layers in small, below a rack that is wider than its room: bits as bars, the visible part framed. A press goes there.
import type { PointerEvent, ReactNode, RefObject } from 'react';
import { positionOf, type RoundedPart } from '../../policy/edits';
import { bitsFill } from '../parts/bitRamp';
import { useDesk } from '../parts/useDesk';
import styles from './Overview.module.css';

interface OverviewProps {
  readonly layers: readonly string[];
  readonly tensor: RoundedPart;
  readonly strips: RefObject<HTMLElement | null>;
  /** First visible pixel, visible pixels and all pixels of the strips. */
  readonly view: { readonly from: number; readonly room: number; readonly whole: number };
}

/** The small rack; only for pointers, since the keyboard goes to the strips themselves. */
export function Overview({ layers, tensor, strips, view }: OverviewProps): ReactNode {
  const policy = useDesk((desk) => desk.policy);
  function go(event: PointerEvent<HTMLElement>): void {
    if (event.buttons === 0 || strips.current === null) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    strips.current.scrollLeft = ((event.clientX - left) / width) * view.whole - view.room / 2;
  }
  return (
    <div
      className={styles.overview}
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={go}
    >
      {layers.map((id) => {
        const bits = policy[id]?.[tensor] ?? 8;
        return <i key={id} style={{ blockSize: `${positionOf(bits) * 10}%`, background: bitsFill(bits) }} />;
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
