// Pinned configs on the rack: a cap with the letter of each pin, where its bits are not those on the fader. The first is
// filled, the others are outlined.
import type { CSSProperties, ReactNode } from 'react';
import type { BitWidth } from '../../graph/policy';
import { positionOf, type RoundedPart } from '../../policy/edits';
import type { PinName } from '../../store/state/pins';
import { useDesk } from '../parts/useDesk';
import styles from './PinCaps.module.css';

interface PinnedAt {
  /** Height on the rail, in bits. */
  readonly at: number;
  readonly names: readonly PinName[];
}

/** Caps at some heights; pins at the same height share one's room. */
export function Caps({ places }: { readonly places: readonly PinnedAt[] }): ReactNode {
  return places.map(({ at, names }) => (
    <span key={at} className={styles.caps} style={{ '--at': at } as CSSProperties} aria-hidden="true">
      {names.map((name) => (
        <b key={name} data-pin={name}>
          {name}
        </b>
      ))}
    </span>
  ));
}

/** Heights with the names of the pins there, each height once. */
export function placesOf(pins: readonly { readonly at: number; readonly name: PinName }[]): PinnedAt[] {
  const places = new Map<number, PinName[]>();
  for (const { at, name } of pins) places.set(at, [...(places.get(at) ?? []), name]);
  return [...places].map(([at, names]) => ({ at, names }));
}

/** The pins of one fader that shows `bits`. */
export function PinCaps({ layer, tensor, bits }: { layer: string; tensor: RoundedPart; bits: BitWidth }): ReactNode {
  const pins = useDesk((state) => state.pins);
  const others = pins.flatMap(({ name, policy }) => {
    const pinned = policy[layer]?.[tensor];
    return pinned === undefined || pinned === bits ? [] : [{ at: positionOf(pinned), name }];
  });
  return <Caps places={placesOf(others)} />;
}
