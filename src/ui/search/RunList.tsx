// The runs of searches: what each is doing, its best policy, and its buttons.
import type { ReactNode } from 'react';
import { datasets } from '../../data/registry';
import { costsOf } from '../../store/measure/costs';
import { networkLabel } from '../../store/network/own';
import { setPolicy } from '../../store/policy/actions';
import { compareRun, renameRun } from '../../store/search/changes';
import { undoDiscard } from '../../store/search/discard';
import { isAtFront } from '../../store/search/progress';
import { runFits, runsDiscarded, runsListed } from '../../store/search/selectors';
import type { Desk } from '../../store/state/desk';
import { accuracyIn, bestOf, type RunState, type SearchRun, testedOf } from '../../store/state/searchRun';
import { showGhost } from '../../store/state/view';
import { said } from '../../words/en/declared';
import { search } from '../../words/en/search';
import { status } from '../../words/en/status';
import { classes } from '../parts/classes';
import { useDesk } from '../parts/useDesk';
import { MethodIcon } from '../plot/MethodIcon';
import { Claim } from './Claim';
import { loadFound } from './loadFound';
import { RunButtons } from './RunButtons';
import styles from './RunList.module.css';
import { nothingFound, progressWords } from './runWords';

const ICONS: Readonly<Record<RunState, string>> = {
  queued: '…',
  running: '▸',
  pausing: '‖',
  paused: '‖',
  done: '✓',
  stopped: '■',
  failed: '!',
  refused: '!',
};

/** What a run belongs to, where that is not what is in use. */
function belongsTo({ network, dataset }: SearchRun, { networkId, datasetId }: Desk): string {
  const same = network === networkId && dataset === datasetId;
  return same ? search.otherWeights : search.otherNetwork(networkLabel(network), datasets[dataset].label);
}

function Progress({ run }: { readonly run: SearchRun }): ReactNode {
  const owner = useDesk((now) => (runFits(run, now) ? '' : belongsTo(run, now)));
  const elsewhere = useDesk((now) => now.elsewhere.includes(run.id));
  const { state, why, phase, done, used, spent, points } = run;
  const word = state === 'pausing' ? search.pausing : status.searchState[state];
  const left = (spent.seconds / used) * (1 - used);
  const best = bestOf(points);
  const since = points.length - 1 - (best ? points.indexOf(best) : 0);
  const scoring = run.scoring === 'running';
  const active = state === 'running' || state === 'pausing';
  return (
    <p className={styles.progress}>
      {elsewhere ? (
        <span className={styles.state}>
          <span aria-hidden="true">⇄</span> {search.elsewhere}
          <span className={styles.why}> {search.elsewhereHint}</span>
        </span>
      ) : (
        <span className={classes(styles.state, styles[state])}>
          <span aria-hidden="true">{ICONS[state]}</span> {word}
          {why && <span className={styles.why}> {search.because(why)}</span>}
        </span>
      )}
      {owner && <span>{owner}</span>}
      {active && <progress value={Math.min(1, used)} aria-label={search.budgetOf(run.name)} />}
      {scoring && <progress value={done} aria-label={search.frontOf(run.name)} />}
      {run.scoring === 'waiting' && <span>{search.frontWaits}</span>}
      {run.begun && <span>{progressWords(run)}</span>}
      {(active || scoring) && phase && <span>{search.phase(said(phase), done)}</span>}
      {active && !isAtFront(run) && used > 0.02 && Number.isFinite(left) && <span>{search.left(left)}</span>}
      {since >= 20 && since > points.length / 2 && <span>{search.stalled(since)}</span>}
    </p>
  );
}

function Best({ run }: { readonly run: SearchRun }): ReactNode {
  const architecture = useDesk((state) => state.architecture);
  const fits = useDesk((state) => runFits(run, state));
  const best = bestOf(run.points);
  const policy = run.chosen?.policy ?? best?.policy;
  if (policy === undefined) return <p className={classes(styles.best, 'note')}>{nothingFound(run)}</p>;
  const known = accuracyIn(run, policy);
  const tested = testedOf(run, policy);
  const show = (on: boolean) => showGhost(on && fits ? policy : null, run.setting.method);
  if (run.claim && !run.claim.proved)
    return (
      <p className={styles.best}>
        <span>
          <Claim claim={run.claim} />
        </span>
      </p>
    );
  return (
    <p className={styles.best} onMouseEnter={() => show(true)} onMouseLeave={() => show(false)}>
      <span>
        {[
          search.found(
            run.chosen !== undefined,
            fits ? costsOf(architecture, policy, run.setting.scheme).memory : undefined,
          ),
          ...(tested ? [search.test(tested)] : []),
          known ? search.validation(known) : search.notValidated,
        ].join(' · ')}
        {run.claim && (
          <>
            <br />
            <Claim claim={run.claim} />
          </>
        )}
      </span>
      <button type="button" disabled={!fits} onClick={() => (run.claim ? loadFound(run) : setPolicy(policy))}>
        {search.load}
      </button>
    </p>
  );
}

function Run({ run }: { readonly run: SearchRun }): ReactNode {
  const compared = useDesk((state) => state.compared.includes(run.id));
  const shown = useDesk((state) => state.shownRun === run.id);
  const elsewhere = useDesk((state) => state.elsewhere.includes(run.id));
  return (
    <li className={classes(styles.run, shown && styles.shown)} aria-label={run.name}>
      <div className={styles.head}>
        <label className={styles.compare} data-tip={search.compareTip}>
          <input
            type="checkbox"
            aria-label={search.compareRun(run.name)}
            checked={compared}
            onChange={(event) => compareRun(run.id, event.target.checked)}
          />
          <MethodIcon method={run.setting.method} />
        </label>
        <input
          type="text"
          className={styles.name}
          aria-label={search.runName}
          key={run.name}
          defaultValue={run.name}
          maxLength={60}
          readOnly={elsewhere}
          onBlur={(event) => renameRun(run.id, event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        />
        <RunButtons run={run} />
      </div>
      <Progress run={run} />
      <Best run={run} />
    </li>
  );
}

/** All runs, newest first, and what was just discarded. */
export function RunList(): ReactNode {
  const runs = useDesk(runsListed);
  const elsewhere = useDesk((state) => state.elsewhere);
  const discarded = useDesk(runsDiscarded).filter(({ id }) => !elsewhere.includes(id));
  return (
    <>
      {discarded.map((run) => (
        <p key={run.id} className={styles.discarded}>
          {search.discarded(run.name)}
          <button type="button" onClick={() => undoDiscard(run.id)}>
            {search.undo}
          </button>
        </p>
      ))}
      {runs.length === 0 ? (
        <p className="empty">{search.empty}</p>
      ) : (
        <ul aria-label={search.runs} className={styles.runs}>
          {runs.map((run) => (
            <Run key={run.id} run={run} />
          ))}
        </ul>
      )}
    </>
  );
}
