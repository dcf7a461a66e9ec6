// The layer touched last, looked at: its weights, or what it gives for an image.
import type { ReactNode } from 'react';
import { type Desk, desk } from '../../store/desk';
import { Panel } from '../controls/Panel';
import { Segmented } from '../controls/Segmented';
import { useDesk } from '../useDesk';
import { Activations } from './Activations';
import { Weights } from './Weights';

const VIEWS = (['weights', 'activations'] satisfies Desk['inspector'][]).map((value) => ({ value, label: value }));

/** Region "Weights" or "Activations". */
export function Inspector(): ReactNode {
  const view = useDesk((state) => state.inspector);
  const tools = (
    <Segmented
      legend="Show of the layer"
      options={VIEWS}
      value={view}
      onChange={(inspector) => desk.setState({ inspector })}
    />
  );
  return (
    <Panel
      label={view === 'weights' ? 'Weights' : 'Activations'}
      className="weights"
      note="of the layer touched last"
      tools={tools}
    >
      {view === 'weights' ? <Weights /> : <Activations />}
    </Panel>
  );
}
