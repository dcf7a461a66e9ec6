// The layer touched last, looked at: its weights, or what it gives for an image.
import type { ReactNode } from 'react';
import { inspectedLayer } from '../../store/measure/selectors';
import type { Desk } from '../../store/state/desk';
import { setInspector } from '../../store/state/view';
import { layer as words } from '../../words/en/layer';
import { names } from '../../words/en/names';
import { Panel } from '../parts/Panel';
import { Segmented } from '../parts/Segmented';
import { useDesk } from '../parts/useDesk';
import { Activations } from './Activations';
import styles from './Inspector.module.css';
import { Weights } from './Weights';

const VIEWS = ['weights', 'activations'] as const satisfies readonly Desk['inspector'][];

function Skipped({ layer }: { readonly layer: string }): ReactNode {
  return <p className="empty">{words.skipped(layer)}</p>;
}

/** Region "Weights" or "Activations". */
export default function Inspector(): ReactNode {
  const view = useDesk((state) => state.inspector);
  const out = useDesk((state) => {
    const layer = inspectedLayer(state);
    return state.policy[layer]?.weights === 0 ? layer : undefined;
  });
  const tools = (
    <Segmented
      legend={words.choice}
      options={VIEWS.map((value) => ({ value, label: words.view[value] }))}
      value={view}
      onChange={setInspector}
    />
  );
  return (
    <Panel label={names[view]} className={styles.inspector} note={words.note} tools={tools}>
      {out === undefined ? view === 'weights' ? <Weights /> : <Activations /> : <Skipped layer={out} />}
    </Panel>
  );
}
