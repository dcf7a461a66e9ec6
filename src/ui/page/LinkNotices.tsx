// What the link that was opened last left open: parts that were not understood, and a network that it cannot carry.
import type { ReactNode } from 'react';
import { askForNetwork } from '../../store/import/importing';
import { dismissLinkProblems, dismissOwnNetwork } from '../../store/state/view';
import { useDesk } from '../parts/useDesk';
import styles from './LinkNotices.module.css';
import { NoticeBar } from './NoticeBar';

/** Bars like those of `Notices`. */
export function LinkNotices(): ReactNode {
  const problems = useDesk((state) => state.linkProblems);
  const own = useDesk((state) => state.ownNetwork);
  return (
    <>
      {problems.length > 0 && (
        <NoticeBar role="alert" mild>
          <div>
            <p>Not all of the link was understood; the rest of it is shown.</p>
            <ul className={styles.problems}>
              {problems.map(({ part, why, instead }) => (
                <li key={`${part} ${why}`}>
                  <code>{part}</code> {why} {instead}
                </li>
              ))}
            </ul>
            <p className="note">Look whether the link lost characters on its way, or set these things by hand.</p>
          </div>
          <button type="button" onClick={dismissLinkProblems}>
            Dismiss
          </button>
        </NoticeBar>
      )}
      {own !== null && (
        <NoticeBar role="status">
          <p>
            The link is about “{own.id.slice('own-'.length)}”, a network of its sender's own with {own.layers} layers.
            Links carry no weights: ask for its file. Everything else of the link is shown.
          </p>
          <button type="button" onClick={askForNetwork}>
            Open its file…
          </button>
          <button type="button" onClick={dismissOwnNetwork}>
            Dismiss
          </button>
        </NoticeBar>
      )}
    </>
  );
}
