// What can be done with a run: look inside, pause, resume, stop, change its settings, discard.
import type { ReactNode } from 'react';
import { discardSearch } from '../../store/search/discard';
import { pauseSearch, resumeSearch, reviseSearch, scoreSearch, stopSearch } from '../../store/search/queue';
import { runFits } from '../../store/search/selectors';
import { isUsable, mayGoOn, type SearchRun } from '../../store/state/searchRun';
import { showRun } from '../../store/state/view';
import { search } from '../../words/en/search';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';

/** The buttons that a run's state allows. */
export function RunButtons({ run }: { readonly run: SearchRun }): ReactNode {
  const fits = useDesk((state) => runFits(run, state));
  const shown = useDesk((desk) => desk.shownRun === run.id);
  const { id, state, used } = run;
  const isUsableRun = run.points.some(isUsable);
  // What its method has learned is read with its network; without that, only measured policies are something to keep.
  const mayStop = fits || !mayGoOn(run) || !run.begun || isUsableRun;
  const elsewhere = useDesk((desk) => desk.elsewhere.includes(run.id));
  const isOpen = !['done', 'stopped', 'failed', 'refused'].includes(state);
  const inside = (
    <button type="button" aria-pressed={shown} onClick={() => showRun(shown ? null : id)}>
      {search.inside}
    </button>
  );
  if (elsewhere) return <div className="buttons">{inside}</div>;
  return (
    <div className="buttons">
      {inside}
      {(state === 'running' || state === 'queued') && (
        <button type="button" onClick={() => pauseSearch(id)}>
          {search.pause}
        </button>
      )}
      {mayGoOn(run) && (
        <button
          type="button"
          className="primary"
          disabled={!fits}
          {...tip(!fits && search.resumeTip)}
          onClick={() => resumeSearch(id)}
        >
          {search.resume(used > 0 ? search.used(used) : undefined)}
        </button>
      )}
      {state === 'refused' && (
        <button type="button" className="primary" onClick={() => reviseSearch(id)}>
          {search.change}
        </button>
      )}
      {state === 'stopped' && run.scoring === 'no' && run.front.length === 0 && (isUsableRun || run.chosen) && (
        <button
          type="button"
          disabled={!fits}
          {...tip(fits ? search.measureFrontTip : search.resumeTip)}
          onClick={() => scoreSearch(id)}
        >
          {search.measureFront}
        </button>
      )}
      {(isOpen || run.scoring !== 'no') && (
        <button type="button" disabled={!mayStop} {...tip(!mayStop && search.stopTip)} onClick={() => stopSearch(id)}>
          {search.stop}
        </button>
      )}
      <button type="button" onClick={() => discardSearch(id)}>
        {search.discard}
      </button>
    </div>
  );
}
