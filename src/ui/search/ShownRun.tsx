// One run looked into: why it chose what it chose, its front on search and on test images, and its method at work.
import type { ReactNode } from 'react';
import { type BitPolicy, samePolicy } from '../../graph/policy';
import { costsOf } from '../../store/measure/costs';
import { runFits, runsListed } from '../../store/search/selectors';
import type { RunState, SearchRun } from '../../store/state/searchRun';
import { configName } from '../../words/config';
import { count, percent, plusMinus, sizeInWords } from '../../words/numbers';
import { InsideView } from '../insides/InsideView';
import panelStyles from '../parts/Panel.module.css';
import { useDesk } from '../parts/useDesk';
import { PolicyTable } from '../plot/PolicyTable';
import { Proxies } from './Proxies';
import styles from './ShownRun.module.css';
import { TableFront } from './TableFront';

function Front({ run: { front, setting, chosen } }: { readonly run: SearchRun }): ReactNode {
  const architecture = useDesk((state) => state.architecture);
  if (front.length === 0) return null;
  const memoryOf = (policy: BitPolicy) => costsOf(architecture, policy, setting.scheme).memory;
  const rows = front
    .map((scored) => ({ ...scored, memory: memoryOf(scored.policy) }))
    .sort((a, b) => a.memory - b.memory)
    .map(({ policy, memory, searched, tested }) => ({
      policy,
      label: configName(policy),
      name: (
        <>
          {configName(policy)}
          {chosen && samePolicy(policy, chosen.policy) && <b> chosen</b>}
          {chosen?.believed && samePolicy(policy, chosen.believed.policy) && <b> believed</b>}
          {chosen?.control && samePolicy(policy, chosen.control) && <b> control</b>}
        </>
      ),
      cells: [
        sizeInWords(memory),
        searched ? `${percent(searched.value)} ${plusMinus(searched)}` : 'not measured',
        `${percent(tested.value)} ${plusMinus(tested)}`,
      ],
    }));
  const searched = front.find((scored) => scored.searched)?.searched;
  const columns = [
    'memory',
    `${searched ? count(searched.n) : ''} search images (%)`,
    `${count(front[0].tested.n)} test images (%)`,
  ];
  return <PolicyTable title="Front" columns={columns} rows={rows} />;
}

const NOTHING_INSIDE: Partial<Record<RunState, string>> = {
  stopped: 'It was stopped before there was anything to look into.',
  failed: 'It failed before there was anything to look into.',
  refused: 'It failed before there was anything to look into.',
};

/** The run chosen by its button "Inside". */
export default function ShownRun(): ReactNode {
  const run = useDesk((state) => runsListed(state).find(({ id }) => id === state.shownRun));
  const fits = useDesk((state) => run !== undefined && runFits(run, state));
  if (run === undefined) return null;
  return (
    <section aria-label="Inside" className={styles.inside}>
      <div className={panelStyles.head}>
        <h3>Inside {run.name}</h3>
        {run.phase && <span className="note">{run.phase}</span>}
      </div>
      {run.chosen && <p>{run.chosen.because}</p>}
      {run.chosen?.believed && (
        <p className="note">Its method believed another policy to be better: {run.chosen.believed.because}</p>
      )}
      {run.inside && <InsideView run={run} inside={run.inside} />}
      {fits && <Front run={run} />}
      {fits && <TableFront run={run} />}
      {fits && <Proxies run={run} />}
      {!run.inside && run.front.length === 0 && (
        <p className="empty">{NOTHING_INSIDE[run.state] ?? 'What the method knows is shown here while it works.'}</p>
      )}
    </section>
  );
}
