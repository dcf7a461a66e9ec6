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
import { units } from '../../words/en/units';
import { count, percent, plusMinus, sizeInWords } from '../../words/numbers';
import { classes } from '../parts/classes';
import { useDesk } from '../parts/useDesk';
import { MethodIcon } from '../plot/MethodIcon';
import { Claim } from './Claim';
import { loadFound } from './loadFound';
import { RunButtons } from './RunButtons';
import styles from './RunList.module.css';
import { nothingFound, progressWords } from './runWords';

const STATES: Readonly<Record<RunState, readonly [icon: string, word: string]>> = {
  queued: ['…', 'queued'],
  running: ['▸', 'running'],
  pausing: ['‖', 'pausing (finishing what is measured now)'],
  paused: ['‖', 'paused'],
  done: ['✓', 'done'],
  stopped: ['■', 'stopped'],
  failed: ['!', 'failed'],
  refused: ['!', 'failed'],
};

/** What a run belongs to, where that is not what is in use. */
function belongsTo({ network, dataset }: SearchRun, { networkId, datasetId }: Desk): string {
  const same = network === networkId && dataset === datasetId;
  return same ? 'for other weights' : `for ${networkLabel(network)} on ${datasets[dataset].label}`;
}

function Progress({ run }: { readonly run: SearchRun }): ReactNode {
  const owner = useDesk((now) => (runFits(run, now) ? '' : belongsTo(run, now)));
  const elsewhere = useDesk((now) => now.elsewhere.includes(run.id));
  const { state, why, phase, done, used, spent, points } = run;
  const [icon, word] = STATES[state];
  const left = (spent.seconds / used) * (1 - used);
  const best = bestOf(points);
  const since = points.length - 1 - (best ? points.indexOf(best) : 0);
  const scoring = run.scoring === 'running';
  const active = state === 'running' || state === 'pausing';
  return (
    <p className={styles.progress}>
      {elsewhere ? (
        <span className={styles.state}>
          <span aria-hidden="true">⇄</span> followed in another tab
          <span className={styles.why}> (it can go on here when that tab pauses it or is closed)</span>
        </span>
      ) : (
        <span className={classes(styles.state, styles[state])}>
          <span aria-hidden="true">{icon}</span> {word}
          {why && <span className={styles.why}> ({why})</span>}
        </span>
      )}
      {owner && <span>{owner}</span>}
      {active && <progress value={Math.min(1, used)} aria-label={`Budget of ${run.name}`} />}
      {scoring && <progress value={done} aria-label={`Front of ${run.name} on test images`} />}
      {run.scoring === 'waiting' && <span>its front is measured after the search that runs</span>}
      {run.begun && <span>{progressWords(run)}</span>}
      {(active || scoring) && phase && (
        <span>
          {phase}
          {done !== undefined && `: ${Math.floor(done * 100)} %`}
        </span>
      )}
      {active && !isAtFront(run) && used > 0.02 && Number.isFinite(left) && <span>~{units.duration(left)} left</span>}
      {since >= 20 && since > points.length / 2 && <span>nothing better for {since} policies</span>}
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
  const show = (on: boolean) => showGhost(on && fits ? policy : null);
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
        {run.chosen ? 'chose' : 'best'}{' '}
        {fits && <b>{sizeInWords(costsOf(architecture, policy, run.setting.scheme).memory)}</b>}
        {known && (
          <>
            {' '}
            <b>{percent(known.value)} %</b> {plusMinus(known)} of {count(known.n)} search images
          </>
        )}
        {!known && ', by what its method has learned, not measured on search images'}
        {tested && (
          <>
            , <b>{percent(tested.value)} %</b> {plusMinus(tested)} of {count(tested.n)} test images
          </>
        )}
        {run.claim && (
          <>
            <br />
            <Claim claim={run.claim} />
          </>
        )}
      </span>
      <button type="button" disabled={!fits} onClick={() => (run.claim ? loadFound(run) : setPolicy(policy))}>
        Load
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
        <label className={styles.compare} data-tip="On the plot and compared">
          <input
            type="checkbox"
            aria-label={`Compare ${run.name}`}
            checked={compared}
            onChange={(event) => compareRun(run.id, event.target.checked)}
          />
          <MethodIcon method={run.setting.method} />
        </label>
        <input
          type="text"
          className={styles.name}
          aria-label="Name of the run"
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
          “{run.name}” is discarded.
          <button type="button" onClick={() => undoDiscard(run.id)}>
            Undo
          </button>
        </p>
      ))}
      {runs.length === 0 ? (
        <p className="empty">
          No search has run yet. Choose a method and press “Start search”: its policies appear on the plot one by one,
          and the faders stay yours.
        </p>
      ) : (
        <ul aria-label="Runs" className={styles.runs}>
          {runs.map((run) => (
            <Run key={run.id} run={run} />
          ))}
        </ul>
      )}
    </>
  );
}
