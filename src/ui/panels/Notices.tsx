// Bars above the desk: a fault of the engine, and problems that stay until somebody has read them.
import type { ReactNode } from 'react';
import { desk } from '../../store/desk';
import { restartEngine } from '../../store/session';
import { undo } from '../../store/undo';
import { goTo } from '../controls/goTo';
import { useDesk } from '../useDesk';

/** What went wrong, with the button that helps. */
export function Notices(): ReactNode {
  const fault = useDesk((state) => state.fault);
  const problem = useDesk((state) => state.problem);
  const notice = useDesk((state) => state.notice);
  const untrained = useDesk((state) => state.network?.checkpoint.origin === 'initial' && !state.trainingActive);
  return (
    <>
      {fault !== null && (
        <div className="notice" role="alert">
          <p>The engine stopped: {fault} Your policy and measurements are kept; only training in progress is lost.</p>
          <button type="button" onClick={restartEngine}>
            Restart engine
          </button>
        </div>
      )}
      {problem !== null && (
        <div className="notice" role="alert">
          <p>{problem}</p>
          <button type="button" onClick={() => desk.setState({ problem: null })}>
            Dismiss
          </button>
        </div>
      )}
      {notice !== null && (
        <div className="notice mild" role="status">
          <p>{notice.text}</p>
          {notice.undo && (
            <button type="button" onClick={undo}>
              Undo
            </button>
          )}
          <button type="button" onClick={() => desk.setState({ notice: null })}>
            Dismiss
          </button>
        </div>
      )}
      {untrained && (
        <div className="notice mild">
          <p>This network has random weights for these images, so every policy is near chance. Train it first.</p>
          <button type="button" onClick={() => goTo('train')}>
            Go to training
          </button>
        </div>
      )}
    </>
  );
}
