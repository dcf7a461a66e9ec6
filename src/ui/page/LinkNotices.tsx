// What the link that was opened last left open: parts that were not understood, and a network that it cannot carry.
import type { ReactNode } from 'react';
import { askForNetwork, dismissLinkProblems, dismissOwnNetwork } from '../../store/state/view';
import { notices } from '../../words/en/notices';
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
            <p>{notices.linkProblems}</p>
            <ul className={styles.problems}>
              {problems.map(({ part, why, instead }) => (
                <li key={`${part} ${why}`}>
                  <code>{part}</code> {why} {instead}
                </li>
              ))}
            </ul>
            <p className="note">{notices.linkAdvice}</p>
          </div>
          <button type="button" onClick={dismissLinkProblems}>
            {notices.dismiss}
          </button>
        </NoticeBar>
      )}
      {own !== null && (
        <NoticeBar role="status">
          <p>{notices.linkOwnNetwork(own.id.slice('own-'.length), own.layers)}</p>
          <button type="button" onClick={askForNetwork}>
            {notices.openItsFile}
          </button>
          <button type="button" onClick={dismissOwnNetwork}>
            {notices.dismiss}
          </button>
        </NoticeBar>
      )}
    </>
  );
}
