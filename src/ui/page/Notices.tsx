// Bars over the desk: a fault of the engine or its silence, and problems that stay until somebody has read them.
import type { ReactNode } from 'react';
import { dismissProblem } from '../../store/state/announce';
import type { Notice } from '../../store/state/notices';
import { dismissNotice } from '../../store/state/view';
import { notices } from '../../words/en/notices';
import { CopyReport } from '../parts/CopyReport';
import { useDesk } from '../parts/useDesk';
import { NoticeBar } from './NoticeBar';
import { noticeActions } from './noticeActions';

interface BarProps {
  readonly notice: Notice;
  readonly role: 'alert' | 'status';
  readonly onDismiss?: () => void;
}

/** A bar with its text and its buttons. */
function Bar({ notice: { text, actions, error }, role, onDismiss }: BarProps): ReactNode {
  return (
    <NoticeBar role={role} silent={role === 'status'}>
      <p>{text}</p>
      {actions.map((name) => (
        <button key={name} type="button" onClick={noticeActions[name]}>
          {notices.action[name]}
        </button>
      ))}
      {error && <CopyReport error={error} where={text} />}
      {onDismiss && (
        <button type="button" onClick={onDismiss}>
          {notices.dismiss}
        </button>
      )}
    </NoticeBar>
  );
}

/** What went wrong, with the button that helps. */
export function Notices(): ReactNode {
  const fault = useDesk((state) => state.fault);
  const silence = useDesk((state) => state.silence);
  const problems = useDesk((state) => state.problems);
  const notice = useDesk((state) => state.notice);
  return (
    <>
      {fault !== null && <Bar notice={fault} role="alert" />}
      {silence !== null && <Bar notice={silence} role="alert" />}
      {problems.map((problem) => (
        <Bar key={problem.text} notice={problem} role="alert" onDismiss={() => dismissProblem(problem)} />
      ))}
      {notice !== null && <Bar notice={notice} role="status" onDismiss={dismissNotice} />}
    </>
  );
}
