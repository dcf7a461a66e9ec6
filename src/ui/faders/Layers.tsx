// The mixing desk itself: one strip a layer, swept like a graphic equalizer; on narrow screens, one card a layer.
import { type CSSProperties, type ReactNode, useMemo } from 'react';
import { branchesOf } from '../../graph/branches';
import { type BitWidth, FLOAT, samePolicy } from '../../graph/policy';
import { PRESETS, type PresetId, presetPolicy, type RoundedPart, STOPS, type TensorMode } from '../../policy/edits';
import { isInRange, type WidthRange, widthRangeOf } from '../../policy/widths';
import { quantizers } from '../../quant/registry';
import { costsOf, layersById } from '../../store/measure/costs';
import { missing, tableHere } from '../../store/measure/selectors';
import { applyPreset } from '../../store/policy/actions';
import type { Desk } from '../../store/state/desk';
import { setTensorMode } from '../../store/state/view';
import { faders } from '../../words/en/faders';
import { names } from '../../words/en/names';
import { units } from '../../words/en/units';
import { classes } from '../parts/classes';
import { roomOfStrip, shortNames } from '../parts/layerNames';
import { Panel } from '../parts/Panel';
import { Segmented } from '../parts/Segmented';
import { tip } from '../parts/Tooltip';
import { useDesk, usePhone } from '../parts/useDesk';
import { entriesOf } from './costColor';
import { invitingLayer } from './inviting';
import { LayerRow } from './LayerRow';
import styles from './Layers.module.css';
import { Strip } from './Strip';
import { useSweep } from './useSweep';

const MODES = ['weights', 'activations', 'both'] as const;
const TENSORS: Readonly<Record<TensorMode, readonly RoundedPart[]>> = {
  weights: ['weights'],
  activations: ['activations'],
  both: ['weights', 'activations'],
};

/** The layer that glows until somebody touches the desk, where a drag would show something. */
function glowing(state: Desk): string | undefined {
  if (state.touched || missing(state) !== null) return undefined;
  const found = tableHere(state);
  const entries = found ? entriesOf(found.table, 'weights') : undefined;
  const layer = invitingLayer(state.architecture, state.scheme, entries);
  // Where a link has brought it down already, there is nothing to invite to.
  return state.policy[layer].weights > 2 ? layer : undefined;
}

/** Whether a scheme has all widths of a preset. */
function hasPreset(id: PresetId, range: WidthRange): boolean {
  const widths: readonly BitWidth[] = id === 'float' ? [FLOAT] : id === 'ends' ? [8, 4] : [Number(id) as BitWidth];
  return widths.every((bits) => isInRange(bits, range));
}

function Presets(): ReactNode {
  const current = useDesk((state) =>
    PRESETS.find((id) =>
      samePolicy(presetPolicy(state.architecture, id, state.tensorMode, state.policy), state.policy),
    ),
  );
  const scheme = useDesk((state) => state.scheme);
  const mode = useDesk((state) => state.tensorMode);
  const lacking = PRESETS.filter((id) => TENSORS[mode].some((tensor) => !hasPreset(id, widthRangeOf(scheme, tensor))));
  const { label } = quantizers[scheme.quantizer];
  return (
    <div className={styles.presets}>
      <span className="note">{faders.presets}</span>
      {PRESETS.map((id) => (
        <button
          key={id}
          type="button"
          aria-pressed={id === current}
          disabled={lacking.includes(id)}
          {...tip(lacking.includes(id) && faders.unsupported(label))}
          onClick={() => applyPreset(id)}
        >
          {faders.preset[id]}
        </button>
      ))}
    </div>
  );
}

function Rack({ layers, tensors }: { layers: readonly string[]; tensors: readonly RoundedPart[] }): ReactNode {
  const sweep = useSweep();
  const names = useMemo(() => shortNames(layers, roomOfStrip(layers.length)), [layers]);
  const inviting = useDesk(glowing);
  const scheme = useDesk((state) => state.scheme);
  const lacking = (bits: BitWidth) => tensors.every((tensor) => !isInRange(bits, widthRangeOf(scheme, tensor)));
  const fullBytes = useDesk((state) => {
    const layers = costsOf(state.architecture, state.policy, state.scheme).layers.values();
    return Math.max(1, ...layers);
  });
  return (
    <div className={styles.rack} {...sweep}>
      <div className={styles.scale} aria-hidden="true">
        {STOPS.map((bits, i) => (
          <span
            key={bits}
            className={classes(lacking(bits) && styles.lacking)}
            style={{ '--at': i / (STOPS.length - 1) } as CSSProperties}
          >
            {units.bitsShort(bits)}
          </span>
        ))}
      </div>
      {layers.map((layer) => (
        <Strip
          key={layer}
          layer={layer}
          name={names.get(layer) ?? layer}
          tensors={tensors}
          fullBytes={fullBytes}
          inviting={layer === inviting}
        />
      ))}
    </div>
  );
}

/** Region "Layers". */
export function Layers(): ReactNode {
  const phone = usePhone();
  const mode = useDesk((state) => state.tensorMode);
  const architecture = useDesk((state) => state.architecture);
  const inviting = useDesk(glowing);
  const layers = useMemo(() => [...layersById(architecture).keys()], [architecture]);
  const tools = (
    <>
      <Segmented
        legend={faders.tensorChoice}
        options={MODES.map((value) => ({ value, label: faders.tensors[value] }))}
        value={mode}
        onChange={setTensorMode}
      />
      <Presets />
    </>
  );
  const note = phone ? faders.order : faders.howTo(branchesOf(architecture).length > 0);
  return (
    <Panel label={names.layers} className={styles.layers} note={note} tools={tools}>
      {phone ? (
        <ol className={styles.rows}>
          {layers.map((layer) => (
            <LayerRow key={layer} layer={layer} tensors={TENSORS[mode]} inviting={layer === inviting} />
          ))}
        </ol>
      ) : (
        <Rack layers={layers} tensors={TENSORS[mode]} />
      )}
    </Panel>
  );
}
