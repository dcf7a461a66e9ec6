// The button "Share" with its dialog.
import { type ReactNode, useState } from 'react';
import { page } from '../../words/en/page';
import { share } from '../../words/en/share';
import { chunk } from '../parts/chunk';
import { Dialog } from '../parts/Dialog';
import { Icon } from '../parts/Icon';
import { Later } from '../parts/Later';
import headerStyles from './Header.module.css';

const ShareLink = chunk(() => import('./ShareLink'));

export function Share(): ReactNode {
  const [shown, setShown] = useState(false);
  return (
    <>
      <button type="button" aria-haspopup="dialog" onClick={() => setShown(true)}>
        <Icon name="share" />
        <span className={headerStyles.word}>{page.share}</span>
      </button>
      <Dialog title={share.title} shown={shown} onClose={() => setShown(false)}>
        {shown && (
          <Later name={share.title}>
            <ShareLink />
          </Later>
        )}
      </Dialog>
    </>
  );
}
