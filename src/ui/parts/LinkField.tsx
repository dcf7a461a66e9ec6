// A link to give away: in a field, copied by a button, and as a QR code beside it.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { parts } from '../../words/en/parts';
import { share } from '../../words/en/share';
import { chunk } from './chunk';
import { copyFrom } from './copyFrom';
import { Later } from './Later';
import styles from './LinkField.module.css';

const QrCode = chunk(() => import('./QrCode'));
/** Characters that still make a code which a phone reads from a screen. */
const LONGEST_CODE = 1000;

interface LinkFieldProps {
  readonly link: string;
  readonly label: string;
  /** What the code is called. */
  readonly codeLabel: string;
  /** Said when it was copied. */
  readonly copied: string;
  /** Said before. */
  readonly hint: string;
  /** Why there is nothing to give away yet. */
  readonly missing?: string | false;
  /** Copied as soon as it is shown. */
  readonly atOnce?: boolean;
  /** Above the field. */
  readonly before?: ReactNode;
  /** More buttons. */
  readonly tools?: ReactNode;
  /** Below. */
  readonly children?: ReactNode;
}

export function LinkField(props: LinkFieldProps): ReactNode {
  const { link, label, codeLabel, copied, hint, missing = false, atOnce = false, before, tools, children } = props;
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const [told, setTold] = useState('');
  function copy(): void {
    if (field.current !== null) void copyFrom(field.current).then((done) => setTold(done ? copied : parts.copyByHand));
  }
  useEffect(() => {
    if (atOnce) copy();
  }, []);
  return (
    <div className={styles.share}>
      <div className={styles.link}>
        {before}
        <label htmlFor={id}>{label}</label>
        <input ref={field} id={id} type="text" readOnly value={link} onFocus={(event) => event.target.select()} />
        <div className="buttons">
          <button type="button" className="primary" disabled={missing !== false} onClick={copy}>
            {share.copy}
          </button>
          {tools}
          {/* In the dialog, because a live region behind it is silent. */}
          <span className="note" role="status">
            {missing || told || hint}
          </span>
        </div>
        {children}
      </div>
      {missing === false &&
        (link.length > LONGEST_CODE ? (
          <p className="note">{share.tooLong(link.length)}</p>
        ) : (
          <Later name={share.qr} loading={share.qrLoading}>
            <QrCode text={link} label={codeLabel} />
          </Later>
        ))}
    </div>
  );
}
