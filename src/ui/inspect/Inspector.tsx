// The layer touched last, looked at: its weights, or what it gives for an image.
import type { ReactNode } from 'react';
import { inspectedLayer } from '../../store/measure/selectors';
import type { Desk } from '../../store/state/desk';
import { setInspector } from '../../store/state/view';
import { Panel } from '../parts/Panel';
import { Segmented } from '../parts/Segmented';
import { useDesk } from '../parts/useDesk';
import { Activations } from './Activations';
import { Weights } from './Weights';

const VIEWS = (['weights', 'activations'] satisfies Desk['inspector'][]).map((value) => ({ value, label: value }));

function Skipped({ layer }: { readonly layer: string }): ReactNode {
  return (
    <p className="empty">
      <b>{layer}</b> is skipped with its branch: nothing of it is kept or run. Move its fader, or press s there, to take
      it back.
    </p>
  );
}

/** Region "Weights" or "Activations". */
export function Inspector(): ReactNode {
  const view = useDesk((state) => state.inspector);
  const out = useDesk((state) => {
    const layer = inspectedLayer(state);
    return state.policy[layer]?.weights === 0 ? layer : undefined;
  });
  const tools = <Segmented legend="Show of the layer" options={VIEWS} value={view} onChange={setInspector} />;
  return (
    <Panel label={view === 'weights' ? 'Weights' : 'Activations'} note="of the layer touched last" tools={tools}>
      {out === undefined ? view === 'weights' ? <Weights /> : <Activations /> : <Skipped layer={out} />}
    </Panel>
  );
}
