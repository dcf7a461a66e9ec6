// The mixing desk itself: one strip a layer, swept like a graphic equalizer; on narrow screens, one card a layer.
import type { CSSProperties, ReactNode } from 'react';
import { layerBytes, layersById } from '../../store/costs';
import { type Desk, desk } from '../../store/desk';
import { applyPreset } from '../../store/policyActions';
import {
  PRESET_LABELS,
  PRESETS,
  presetPolicy,
  STOPS,
  samePolicy,
  type Tensor,
  type TensorMode,
} from '../../store/policyEdits';
import { tableHere } from '../../store/selectors';
import { LayerRow } from '../controls/LayerRow';
import { Panel } from '../controls/Panel';
import { Segmented } from '../controls/Segmented';
import { Strip } from '../controls/Strip';
import { entriesOf } from '../controls/scent';
import { useSweep } from '../controls/useSweep';
import { bitsShort } from '../numbers';
import { useDesk, usePhone } from '../useDesk';

const MODES = (['weights', 'activations', 'both'] as const).map((value) => ({ value, label: value }));
const TENSORS: Readonly<Record<TensorMode, readonly Tensor[]>> = {
  weights: ['weights'],
  activations: ['activations'],
  both: ['weights', 'activations'],
};

/** The layer that glows at first: the one that 2 bits hurt most among those worth dragging, or the second. */
function invitingLayer(state: Desk): string | undefined {
  if (state.touched) return undefined;
  const layers = [...layersById(state.architecture).keys()];
  const found = tableHere(state);
  const entries = found && entriesOf(found.table, 'weights');
  const at2 = (id: string) => entries?.get(id)?.get(2)?.lossIncrease ?? 0;
  return layers.reduce((best, id) => (at2(id) > at2(best) ? id : best), layers[Math.min(1, layers.length - 1)]);
}

function Presets(): ReactNode {
  const current = useDesk((state) =>
    PRESETS.find((id) =>
      samePolicy(presetPolicy(state.architecture, id, state.tensorMode, state.policy), state.policy),
    ),
  );
  return (
    <div className="presets">
      <span className="note">Presets</span>
      {PRESETS.map((id) => (
        <button key={id} type="button" aria-pressed={id === current} onClick={() => applyPreset(id)}>
          {PRESET_LABELS[id]}
        </button>
      ))}
    </div>
  );
}

function Rack({ layers, tensors }: { layers: readonly string[]; tensors: readonly Tensor[] }): ReactNode {
  const sweep = useSweep();
  const inviting = useDesk(invitingLayer);
  const fullBytes = useDesk((state) => {
    let most = 1;
    for (const [id, cost] of layersById(state.architecture))
      most = Math.max(most, layerBytes(cost, state.policy[id]?.weights ?? 8));
    return most;
  });
  return (
    <div className={`rack ${tensors.length > 1 ? 'double' : ''}`} {...sweep}>
      <div className="rack-scale" aria-hidden="true">
        {STOPS.map((bits, i) => (
          <span key={bits} style={{ '--at': i / (STOPS.length - 1) } as CSSProperties}>
            {bitsShort(bits)}
          </span>
        ))}
      </div>
      {layers.map((layer) => (
        <Strip key={layer} layer={layer} tensors={tensors} fullBytes={fullBytes} inviting={layer === inviting} />
      ))}
    </div>
  );
}

/** Region "Layers". */
export function Layers(): ReactNode {
  const phone = usePhone();
  const mode = useDesk((state) => state.tensorMode);
  const architecture = useDesk((state) => state.architecture);
  const inviting = useDesk(invitingLayer);
  const layers = [...layersById(architecture).keys()];
  const tools = (
    <>
      <Segmented
        legend="Faders show the bits of"
        options={MODES}
        value={mode}
        onChange={(tensorMode) => desk.setState({ tensorMode })}
      />
      <Presets />
    </>
  );
  const note = phone ? 'input to output' : 'drag a fader, sweep across them, or press 1–8 and f · input → output';
  return (
    <Panel label="Layers" className="layers" note={note} tools={tools}>
      {phone ? (
        <ol className="layer-rows">
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
