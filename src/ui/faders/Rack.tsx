// The rack: scale, strips, master strip, and an overview where the strips need more room than there is.
import { type CSSProperties, type ReactNode, useMemo, useState } from 'react';
import { type BitWidth, FLOAT } from '../../graph/policy';
import { type RoundedPart, STOPS } from '../../policy/edits';
import { stagesOf } from '../../policy/groups';
import { isInRange, widthRangeOf } from '../../policy/widths';
import { classes } from '../parts/classes';
import { shortNames } from '../parts/layerNames';
import { useDesk } from '../parts/useDesk';
import { useSize } from '../parts/useSize';
import { markOf } from '../plot/methodMarks';
import { onCap, placeOf } from './Fader';
import { MasterStrip } from './MasterStrip';
import { Overview } from './Overview';
import styles from './Rack.module.css';
import { Strip, valuesOf } from './Strip';
import { useGestures } from './useGestures';

/**
 * Layers that share the width; more of them have strips of `fixed` pixels, and the rack scrolls sideways. On a projector, type
 * is larger by a factor.
 */
const USUAL = { shared: 24, fixed: 44, by: 1 } as const;
const PROJECTED = { shared: 12, fixed: 84, by: 2.5 } as const;
/** Pixels per character of a strip's name, on wide strips and on compact ones. */
const CHARACTER = { wide: 8, compact: 6.6 } as const;

/** Characters that fit on the head of a strip. */
function roomOf(width: number, by: number): number {
  return Math.max(4, Math.floor((width - 4) / (by * (width < by * USUAL.fixed ? CHARACTER.compact : CHARACTER.wide))));
}

function Scale({ tensors }: { readonly tensors: readonly RoundedPart[] }): ReactNode {
  const scheme = useDesk((state) => state.scheme);
  const lacking = (bits: BitWidth) => tensors.every((tensor) => !isInRange(bits, widthRangeOf(scheme, tensor)));
  return (
    <div className={styles.scale} aria-hidden="true">
      <div>
        {STOPS.map((bits) => (
          <span key={bits} className={classes(bits !== FLOAT && lacking(bits) && styles.lacking)} style={placeOf(bits)}>
            {onCap(bits)}
          </span>
        ))}
      </div>
    </div>
  );
}

interface RackProps {
  readonly layers: readonly string[];
  readonly tensors: readonly RoundedPart[];
  /** The layer whose cap glows. */
  readonly inviting: string | undefined;
}

/** All strips. It fills the height that it is given; keys and gestures are in rackKeys.ts and useGestures.ts. */
export function Rack({ layers, tensors, inviting }: RackProps): ReactNode {
  const gestures = useGestures();
  const [strips, { width }] = useSize<HTMLDivElement>();
  const [from, setFrom] = useState(0);
  const { shared, fixed, by } = useDesk((state) => state.projected) ? PROJECTED : USUAL;
  const long = layers.length > shared;
  const room = roomOf(long ? fixed : width > 0 ? width / layers.length : 60, by);
  const names = useMemo(() => shortNames(layers, room), [layers, room]);
  const firsts = useMemo(() => {
    const stages = stagesOf(layers);
    return new Set(stages.length < layers.length ? stages.slice(1).map(([first]) => first) : []);
  }, [layers]);
  const most = useDesk((state) => Math.max(1, ...layers.map((id) => valuesOf(state, id, tensors[0]))));
  const whole = Math.max(width, layers.length * (fixed + 2) + firsts.size * 6);
  const method = useDesk((state) => state.ghostMethod);
  const ghost = method === null ? {} : ({ '--ghost': markOf(method).color } as CSSProperties);
  return (
    <div className={styles.rack} style={ghost} data-rack>
      <div className={styles.row}>
        <Scale tensors={tensors} />
        <div
          ref={strips}
          className={classes(styles.strips, long && styles.long)}
          style={{ '--fixed': `${fixed}px` } as CSSProperties}
          onScroll={(event) => setFrom(event.currentTarget.scrollLeft)}
          {...gestures}
        >
          {layers.map((layer) => (
            <Strip
              key={layer}
              layer={layer}
              name={names.get(layer) ?? layer}
              tensors={tensors}
              most={most}
              apart={firsts.has(layer)}
              inviting={layer === inviting}
            />
          ))}
        </div>
        <MasterStrip tensors={tensors} />
      </div>
      {long && (
        <Overview
          layers={layers}
          firsts={firsts}
          tensor={tensors[0]}
          strips={strips}
          view={{ from, room: width, whole }}
        />
      )}
    </div>
  );
}
