// What can be done with a run: look inside, pause, resume, stop, change its settings, discard.
import type { ReactNode } from 'react';
import { desk } from '../../store/desk';
import { discardSearch } from '../../store/discarding';
import { pauseSearch, resumeSearch, reviseSearch, scoreSearch, stopSearch } from '../../store/searching';
import { isUsable, mayGoOn, type SearchRun } from '../../store/searchRuns';
import { runFits } from '../../store/searchSelectors';
import { count } from '../numbers';
import { useDesk } from '../useDesk';

/** How far a run is, as on its button: "63/200" policies, or percent of images or minutes. */
export function progressWords({ setting: { budget }, state, spent, used }: SearchRun): string {
  if (state === 'done' || state === 'stopped') return `${count(spent.evaluations)} policies`;
  if (budget.evaluations !== undefined) return `${spent.evaluations}/${budget.evaluations}`;
  return `${Math.floor(Math.min(1, used) * 100)} %`;
}

/** The buttons that a run's state allows. */
export function RunButtons({ run }: { readonly run: SearchRun }): ReactNode {
  const fits = useDesk((state) => runFits(run, state));
  const shown = useDesk((desk) => desk.shownRun === run.id);
  const { id, state, used } = run;
  const elsewhere = useDesk((desk) => desk.elsewhere.includes(run.id));
  const isOpen = !['done', 'stopped', 'failed', 'refused'].includes(state);
  const inside = (
    <button type="button" aria-pressed={shown} onClick={() => desk.setState({ shownRun: shown ? null : id })}>
      Inside
    </button>
  );
  if (elsewhere) return <div className="buttons">{inside}</div>;
  return (
    <div className="buttons">
      {inside}
      {(state === 'running' || state === 'queued') && (
        <button type="button" onClick={() => pauseSearch(id)}>
          Pause
        </button>
      )}
      {mayGoOn(run) && (
        <button
          type="button"
          className="primary"
          disabled={!fits}
          title={fits ? undefined : 'It goes on when its network, weights and images are in use.'}
          onClick={() => resumeSearch(id)}
        >
          Resume{used > 0 && ` (${progressWords(run)})`}
        </button>
      )}
      {state === 'refused' && (
        <button type="button" className="primary" onClick={() => reviseSearch(id)}>
          Change settings
        </button>
      )}
      {state === 'stopped' && run.scoring === 'no' && run.front.length === 0 && run.points.some(isUsable) && (
        <button
          type="button"
          disabled={!fits}
          title={fits ? 'Its front, as at the end of a run' : 'When its network, weights and images are in use'}
          onClick={() => scoreSearch(id)}
        >
          Measure on test images
        </button>
      )}
      {(isOpen || run.scoring !== 'no') && (
        <button type="button" onClick={() => stopSearch(id)}>
          Stop
        </button>
      )}
      <button type="button" onClick={() => discardSearch(id)}>
        Discard
      </button>
    </div>
  );
}
