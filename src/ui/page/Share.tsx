// Sharing: a link to all that is chosen here, copied at once, and the same as a QR code.
import { type ReactNode, Suspense, useEffect, useId, useRef, useState } from 'react';
import { datasets } from '../../data/registry';
import { shareLink } from '../../store/link/address';
import { page } from '../../words/en/page';
import { parts } from '../../words/en/parts';
import { share } from '../../words/en/share';
import { chunk } from '../parts/chunk';
import { copyFrom } from '../parts/copyFrom';
import { Dialog } from '../parts/Dialog';
import { Icon } from '../parts/Icon';
import { Boundary } from '../parts/Panel';
import { useDesk } from '../parts/useDesk';
import headerStyles from './Header.module.css';
import styles from './Share.module.css';

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

function Link(): ReactNode {
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
        <Boundary name={share.qr}>
          <Suspense fallback={<p className="note">{share.qrLoading}</p>}>
            <QrCode text={link} label={share.qrOfLink} />
          </Suspense>
        </Boundary>
      )}
    </div>
  );
}

/** The button "Share" with its dialog. */
export function Share(): ReactNode {
  const [shown, setShown] = useState(false);
  return (
    <>
      <button type="button" aria-haspopup="dialog" onClick={() => setShown(true)}>
        <Icon name="share" />
        <span className={headerStyles.word}>{page.share}</span>
      </button>
      <Dialog title={share.title} shown={shown} onClose={() => setShown(false)}>
        {shown && <Link />}
      </Dialog>
    </>
  );
}
