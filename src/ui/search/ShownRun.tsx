// One run looked into: why it chose what it chose, its front on search and on test images, and its method at work.
import type { ReactNode } from 'react';
import { type BitPolicy, samePolicy } from '../../graph/policy';
import { costsOf } from '../../store/measure/costs';
import { runFits, runsListed } from '../../store/search/selectors';
import type { RunState, SearchRun } from '../../store/state/searchRun';
import { configName } from '../../words/config';
import { compare } from '../../words/en/compare';
import { said } from '../../words/en/declared';
import { sizeInWords } from '../../words/numbers';
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
          {chosen && samePolicy(policy, chosen.policy) && <b> {compare.inside.picked}</b>}
          {chosen?.believed && samePolicy(policy, chosen.believed.policy) && <b> {compare.inside.best}</b>}
          {chosen?.control && samePolicy(policy, chosen.control) && <b> {compare.inside.control}</b>}
        </>
      ),
      cells: [
        sizeInWords(memory),
        searched ? compare.inside.known(searched) : compare.inside.unmeasured,
        compare.inside.known(tested),
      ],
    }));
  const searched = front.find((scored) => scored.searched)?.searched;
  const columns = [compare.inside.size, compare.inside.validation(searched?.n), compare.inside.test(front[0].tested.n)];
  return <PolicyTable title={compare.inside.front} columns={columns} rows={rows} />;
}

/** Why there is nothing to see of a run, or not yet. */
function nothingInside(state: RunState): string {
  if (state === 'stopped') return compare.inside.stopped;
  return state === 'failed' || state === 'refused' ? compare.inside.failed : compare.inside.soon;
}

/** The run chosen by its button "Inside". */
export default function ShownRun(): ReactNode {
  const run = useDesk((state) => runsListed(state).find(({ id }) => id === state.shownRun));
  const fits = useDesk((state) => run !== undefined && runFits(run, state));
  if (run === undefined) return null;
  return (
    <section aria-label={compare.inside.title} className={styles.inside}>
      <div className={panelStyles.head}>
        <h2>{compare.inside.of(run.name)}</h2>
        {run.phase && <span className="note">{said(run.phase)}</span>}
      </div>
      {run.chosen && <p>{run.chosen.because}</p>}
      {run.chosen?.believed && <p className="note">{compare.inside.believed(run.chosen.believed.because)}</p>}
      {run.inside && <InsideView run={run} inside={run.inside} />}
      {fits && <Front run={run} />}
      {fits && <TableFront run={run} />}
      {fits && <Proxies run={run} />}
      {!run.inside && run.front.length === 0 && <p className="empty">{nothingInside(run.state)}</p>}
    </section>
  );
}
