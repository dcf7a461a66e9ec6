// Sharing: a link to all that is chosen here, copied at once, and the same as a QR code.
import { type ReactNode, Suspense, useEffect, useId, useRef, useState } from 'react';
import { datasets } from '../../data/registry';
import { shareLink } from '../../store/link/address';
import { page } from '../../words/en/page';
import { count } from '../../words/numbers';
import { chunk } from '../parts/chunk';
import { COPY_BY_HAND, copyFrom } from '../parts/copyFrom';
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
      {trained && (
        <p className="note">
          Weights trained here stay here: whoever opens the link gets the shipped ones, and can train with these
          options.
        </p>
      )}
      {!embedded && (
        <p className="note">The images are not in the link: whoever opens it needs them in their own browser.</p>
      )}
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
      setTold(copied ? 'The link is copied.' : COPY_BY_HAND);
    });
  }
  useEffect(tellCopied, []);
  return (
    <div className={styles.share}>
      <div className={styles.link}>
        <label htmlFor={id}>Link to network, images, bits, quantizer, training options and view</label>
        <input ref={field} id={id} type="text" readOnly value={link} onFocus={(event) => event.target.select()} />
        <div className="buttons">
          <button type="button" className="primary" onClick={tellCopied}>
            Copy link
          </button>
          {/* In the dialog, because a live region behind it is silent. */}
          <span className="note" role="status">
            {told || `${count(link.length)} characters`}
          </span>
        </div>
        <Caveats />
      </div>
      {link.length > LONGEST_CODE ? (
        <p className="note">
          The link has {count(link.length)} characters, too many for a QR code that a phone could read. Copy it instead.
        </p>
      ) : (
        <Boundary name="QR code">
          <Suspense fallback={<p className="note">The QR code is on its way…</p>}>
            <QrCode text={link} label="QR code of the link beside it" />
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
      <Dialog title="Share" shown={shown} onClose={() => setShown(false)}>
        {shown && <Link />}
      </Dialog>
    </>
  );
}
