// The mixing desk itself: a rack with one strip per layer; on narrow screens, one card per layer.
import { type ReactNode, useMemo } from 'react';
import { layersById } from '../../store/measure/costs';
import { entriesOf } from '../../store/measure/harms';
import { missing, tableHere } from '../../store/measure/selectors';
import type { Desk } from '../../store/state/desk';
import { names } from '../../words/en/names';
import { Panel } from '../parts/Panel';
import { useDesk, usePhone } from '../parts/useDesk';
import { invitingLayer } from './inviting';
import { LayerRow } from './LayerRow';
import styles from './Layers.module.css';
import { Rack } from './Rack';
import { HoldSwitch, Key, ModeChoice, PresetMenu, SelectionMenu, TENSORS } from './RackBar';

/** The layer that glows until somebody touches the desk, where a drag would show something. */
function glowing(state: Desk): string | undefined {
  if (state.touched || missing(state) !== null) return undefined;
  const found = tableHere(state);
  const entries = found ? entriesOf(found.table, 'weights') : undefined;
  const layer = invitingLayer(state.architecture, state.scheme, entries);
  // Where a link has brought it down already, there is nothing to invite to.
  return state.policy[layer].weights > 2 ? layer : undefined;
}

/** Region "Layers". */
export function Layers(): ReactNode {
  const phone = usePhone();
  // A projector has no room for all of it.
  const projected = useDesk((state) => state.projected);
  const mode = useDesk((state) => state.tensorMode);
  const architecture = useDesk((state) => state.architecture);
  const inviting = useDesk(glowing);
  const layers = useMemo(() => [...layersById(architecture).keys()], [architecture]);
  const tools = (
    <>
      <div className={styles.yielding}>
        {!projected && !phone && <Key />}
        <ModeChoice />
      </div>
      <div className={styles.menus}>
        {!projected && <SelectionMenu />}
        <PresetMenu />
      </div>
      <HoldSwitch />
    </>
  );
  return (
    <Panel label={names.layers} className={styles.layers} tools={tools}>
      {phone ? (
        <ol className={styles.rows} data-rack>
          {layers.map((layer) => (
            <LayerRow key={layer} layer={layer} tensors={TENSORS[mode]} inviting={layer === inviting} />
          ))}
        </ol>
      ) : (
        <Rack layers={layers} tensors={TENSORS[mode]} inviting={inviting} />
      )}
    </Panel>
  );
}
