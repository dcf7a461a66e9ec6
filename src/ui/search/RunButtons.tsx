// What can be done with a run: look inside, pause, resume, stop, change its settings, discard.
import type { ReactNode } from 'react';
import { discardSearch } from '../../store/search/discard';
import { pauseSearch, resumeSearch, reviseSearch, scoreSearch, stopSearch } from '../../store/search/queue';
import { runFits } from '../../store/search/selectors';
import { isUsable, mayGoOn, type SearchRun } from '../../store/state/searchRun';
import { showRun } from '../../store/state/view';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import { usedWords } from './runWords';

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
          {...tip(!fits && 'It goes on when its network, weights and images are in use.')}
          onClick={() => resumeSearch(id)}
        >
          Resume{used > 0 && ` (${usedWords(run)})`}
        </button>
      )}
      {state === 'refused' && (
        <button type="button" className="primary" onClick={() => reviseSearch(id)}>
          Change settings
        </button>
      )}
      {state === 'stopped' && run.scoring === 'no' && run.front.length === 0 && (isUsableRun || run.chosen) && (
        <button
          type="button"
          disabled={!fits}
          {...tip(fits ? 'Its front, as at the end of a run' : 'When its network, weights and images are in use')}
          onClick={() => scoreSearch(id)}
        >
          Measure on test images
        </button>
      )}
      {(isOpen || run.scoring !== 'no') && (
        <button
          type="button"
          disabled={!mayStop}
          {...tip(!mayStop && 'What it has learned is read when its network, weights and images are in use.')}
          onClick={() => stopSearch(id)}
        >
          Stop
        </button>
      )}
      <button type="button" onClick={() => discardSearch(id)}>
        Discard
      </button>
    </div>
  );
}
