// The dialog "Share": a link to all that is chosen here, copied at once, and the same as a QR code.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { datasets } from '../../data/registry';
import { shareLink } from '../../store/link/address';
import { parts } from '../../words/en/parts';
import { share } from '../../words/en/share';
import { chunk } from '../parts/chunk';
import { copyFrom } from '../parts/copyFrom';
import { Later } from '../parts/Later';
import { useDesk } from '../parts/useDesk';
import styles from './ShareLink.module.css';

const QrCode = chunk(() => import('./QrCode'));
/** Characters that still make a code which a phone reads from a screen. */
const LONGEST_CODE = 1000;

/** What the link does not carry, for whoever opens it. */
function Caveats(): ReactNode {
  const trained = useDesk((state) => state.network?.checkpoint.origin === 'trained');
  const embedded = useDesk((state) => datasets[state.datasetId].embedded);
  return (
    <>
      {trained && <p className="note">{share.withoutWeights}</p>}
      {!embedded && <p className="note">{share.withoutImages}</p>}
    </>
  );
}

/** The link in a field, what it does not carry, and its code. */
export default function ShareLink(): ReactNode {
  const link = useDesk(shareLink);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const [told, setTold] = useState('');
  function tellCopied(): void {
    if (field.current === null) return;
    void copyFrom(field.current).then((copied) => {
      setTold(copied ? share.copied : parts.copyByHand);
    });
  }
  useEffect(tellCopied, []);
  return (
    <div className={styles.share}>
      <div className={styles.link}>
        <label htmlFor={id}>{share.link}</label>
        <input ref={field} id={id} type="text" readOnly value={link} onFocus={(event) => event.target.select()} />
        <div className="buttons">
          <button type="button" className="primary" onClick={tellCopied}>
            {share.copy}
          </button>
          {/* In the dialog, because a live region behind it is silent. */}
          <span className="note" role="status">
            {told || share.length(link.length)}
          </span>
        </div>
        <Caveats />
      </div>
      {link.length > LONGEST_CODE ? (
        <p className="note">{share.tooLong(link.length)}</p>
      ) : (
        <Later name={share.qr} loading={share.qrLoading}>
          <QrCode text={link} label={share.qrOfLink} />
        </Later>
      )}
    </div>
  );
}
