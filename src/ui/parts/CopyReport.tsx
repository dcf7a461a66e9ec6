// The button that copies an error as a report. The text is shown too: it can be read before it is sent, and copied by hand
// where the browser does not let a page copy.
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { PlainError } from '../../engine/protocol/messages';
import { errorReport } from '../../store/link/errorReport';
import { desk } from '../../store/state/desk';
import { parts } from '../../words/en/parts';
import styles from './CopyReport.module.css';
import { copyFrom } from './copyFrom';

interface CopyReportProps {
  readonly error: PlainError;
  /** What the page said of it. */
  readonly where: string;
}

/** "Copy report", and below it what was copied. */
export function CopyReport({ error, where }: CopyReportProps): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const [report, setReport] = useState<string | null>(null);
  const [told, setTold] = useState('');
  useEffect(() => {
    if (report === null || field.current === null) return;
    void copyFrom(field.current).then((copied) => {
      setTold(copied ? parts.reportCopied : parts.copyByHand);
    });
  }, [report]);
  return (
    <>
      <button type="button" onClick={() => setReport(errorReport(desk.getState(), error, where))}>
        {parts.copyReport}
      </button>
      {report !== null && (
        <div className={styles.report}>
          <textarea ref={field} aria-label={parts.report} readOnly rows={6} value={report} />
          <span className="note" role="status">
            {told}
          </span>
          <button type="button" onClick={() => setReport(null)}>
            {parts.hideReport}
          </button>
        </div>
      )}
    </>
  );
}
