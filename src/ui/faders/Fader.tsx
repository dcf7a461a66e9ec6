// One upright fader, linear in bits with float apart: stops, harm ticks, ghosts, cap, and the native range on top. Where a
// strip has two, weights lie left of the rail and activations right of it.
import type { CSSProperties, ReactNode } from 'react';
import { binaryInputs } from '../../graph/binary';
import type { Architecture } from '../../graph/network';
import { type BitWidth, SKIPPED } from '../../graph/policy';
import { positionOf, type RoundedPart, STOPS } from '../../policy/edits';
import { isInRange, widthRangeOf } from '../../policy/widths';
import { layerBytes, layersById } from '../../store/measure/costs';
import { tableHere } from '../../store/measure/selectors';
import { units } from '../../words/en/units';
import { sizeInWords } from '../../words/numbers';
import { bitsColors } from '../parts/bitRamp';
import { classes } from '../parts/classes';
import { useDesk } from '../parts/useDesk';
import { BitRange } from './BitRange';
import styles from './Fader.module.css';
import { harmTicks } from './harmTicks';
import { PinCaps } from './PinCaps';

/** Which part of the strip a fader takes. */
export type Side = 'whole' | 'left' | 'right';

interface FaderProps {
  readonly layer: string;
  readonly tensor: RoundedPart;
  readonly side: Side;
  /** True for the one that glows until somebody touches the desk. */
  readonly inviting: boolean;
}

/** The style of what stands at a width of the fader. */
export const placeOf = (bits: BitWidth) => ({ '--at': positionOf(bits) }) as CSSProperties;
/** A width on a cap: float is F. */
export const onCap = (bits: BitWidth) => (bits === 32 ? 'F' : units.bitsShort(bits));

/** The width of a layer: binary activations have 1 bit whatever the policy says. */
export function widthOf({ architecture, policy }: Sized, layer: string, tensor: RoundedPart): BitWidth {
  return isBinary(architecture, layer, tensor) ? 1 : (policy[layer]?.[tensor] ?? 8);
}

/** True for the activations of a layer that reads plus or minus one number. */
const isBinary = (architecture: Architecture, layer: string, tensor: RoundedPart): boolean =>
  tensor === 'activations' && binaryInputs(architecture).has(layer);

/** What a fader's value is in words, e.g. "4 bits, 1.1 KB". */
export function useBitsText(layer: string, tensor: RoundedPart): string {
  const bits = useDesk((desk) => widthOf(desk, layer, tensor));
  const bytes = useDesk((desk) => tensorBytes(desk, layer, tensor));
  return Number.isNaN(bytes) ? units.bitsInWords(bits) : `${units.bitsInWords(bits)}, ${sizeInWords(bytes)}`;
}

type Sized = Parameters<typeof layerBytes>[0];

/** Bytes of a layer in the packed file, or of the activations that it reads. */
export function tensorBytes(state: Sized, layer: string, tensor: RoundedPart): number {
  if (tensor === 'weights') return layerBytes(state, layer);
  const shape = layersById(state.architecture).get(layer)?.inputShape;
  return shape ? (shape.reduce((product, d) => product * d, 1) * widthOf(state, layer, 'activations')) / 8 : Number.NaN;
}

function Harm({ layer, tensor }: { readonly layer: string; readonly tensor: RoundedPart }): ReactNode {
  const found = useDesk(tableHere);
  if (found === null) return null;
  return harmTicks(found.table, layer, tensor).map(({ bits, share, more }) => (
    <i
      key={bits}
      className={classes(styles.harm, more && styles.more)}
      style={{ ...placeOf(bits), '--share': Math.max(0.06, share) } as CSSProperties}
    />
  ));
}

/** A fader of one layer; gestures are the rack's, keys the range's. */
export function Fader({ layer, tensor, side, inviting }: FaderProps): ReactNode {
  const bits = useDesk((desk) => widthOf(desk, layer, tensor));
  const fixed = useDesk((desk) => isBinary(desk.architecture, layer, tensor));
  // Who pays for a drag is shown before it ends: the cap waits, its ghost goes ahead.
  const before = useDesk((desk) =>
    tensor === 'weights' && desk.payers.includes(layer) ? desk.gestureStart?.[layer]?.weights : undefined,
  );
  const aside = useDesk((desk) => desk.aside[layer]?.[tensor]);
  const hovered = useDesk((desk) => desk.ghost?.[layer]?.[tensor]);
  const text = useBitsText(layer, tensor);
  const range = useDesk((desk) => widthRangeOf(desk.scheme, tensor));
  const computed = useDesk((desk) => (tensor === 'weights' ? desk.computedBits : null));
  const skipped = bits === SKIPPED;
  const shown = before ?? (skipped ? aside || 8 : bits);
  const ghost = hovered ?? (before === undefined ? (skipped ? undefined : aside) : bits);
  return (
    <div
      className={classes(styles.fader, styles[side], inviting && styles.inviting)}
      data-fader={layer}
      data-tensor={tensor}
    >
      {STOPS.map((stop) =>
        isInRange(stop, range) && !(stop === 1 && tensor === 'activations') ? (
          <i
            key={stop}
            className={classes(styles.stop, computed?.includes(stop) === false && styles.stored)}
            style={placeOf(stop)}
          />
        ) : null,
      )}
      <Harm layer={layer} tensor={tensor} />
      <PinCaps layer={layer} tensor={tensor} bits={bits} />
      {ghost !== undefined && ghost !== shown && (
        <span className={classes(styles.ghost, before !== undefined && styles.pays)} style={placeOf(ghost)}>
          {onCap(ghost)}
        </span>
      )}
      <BitRange layer={layer} tensor={tensor} bits={bits} text={text} vertical fixed={fixed} />
      <span
        className={classes(styles.cap, shown <= 3 && styles.pale)}
        style={{ ...placeOf(shown), ...bitsColors(shown) }}
        data-cap
        aria-hidden="true"
      >
        {onCap(shown)}
      </span>
    </div>
  );
}
