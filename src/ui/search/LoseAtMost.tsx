// "May lose at most 1.0 points": one click finds the smallest config of which that is proved. Below, how far the search is,
// and its answer.
import { type ReactNode, useState } from 'react';
import { findSmallest, lossRun } from '../../store/search/losing';
import { stopSearch } from '../../store/search/queue';
import { LOSS_RANGE } from '../../store/state/searchForm';
import type { SearchRun } from '../../store/state/searchRun';
import { lossLimit } from '../../words/en/lossLimit';
import { NumberField } from '../parts/NumberField';
import { useDesk } from '../parts/useDesk';
import { Claim } from './Claim';
import styles from './LoseAtMost.module.css';
import { loadFound } from './loadFound';

const ACTIVE: readonly SearchRun['state'][] = ['queued', 'running', 'pausing'];

/** How far the run is, or what it has proved. */
function Answer({ run }: { readonly run: SearchRun }): ReactNode {
  const { state, phase, used, why, claim } = run;
  if (state === 'queued') return lossLimit.waiting;
  if (ACTIVE.includes(state)) return phase || lossLimit.running(used);
  if (state === 'failed' || state === 'refused') return lossLimit.failed(why);
  return claim ? <Claim claim={claim} /> : lossLimit.stopped;
}

/** The question, its button, and the answer of the newest run that asked it. */
export function LoseAtMost(): ReactNode {
  const [points, setPoints] = useState(1);
  const ready = useDesk((desk) => desk.network !== null && desk.searchMethods.length > 0);
  const run = useDesk(lossRun);
  const isActive = run !== undefined && ACTIVE.includes(run.state);
  return (
    <form
      aria-label={lossLimit.region}
      className={styles.lose}
      onSubmit={(event) => {
        event.preventDefault();
        findSmallest(points);
      }}
    >
      <div className={styles.question}>
        <NumberField
          label={lossLimit.field}
          value={points}
          min={LOSS_RANGE.min}
          max={LOSS_RANGE.max}
          step="any"
          onChange={setPoints}
        />
        {isActive ? (
          <button type="button" onClick={() => stopSearch(run.id)}>
            {lossLimit.cancel}
          </button>
        ) : (
          <button type="submit" disabled={!ready}>
            {lossLimit.find}
          </button>
        )}
      </div>
      <p className="note">{lossLimit.hint}</p>
      {run && (
        <div className={styles.answer}>
          {isActive && <progress aria-label={lossLimit.region} />}
          <p>
            <Answer run={run} />
          </p>
          {run.claim?.proved && (
            <button type="button" onClick={() => loadFound(run)}>
              {lossLimit.load}
            </button>
          )}
        </div>
      )}
    </form>
  );
}
