// The dialog that hands in: a name, and the config as a link, a QR code or a file.
import type { ReactNode } from 'react';
import { shareLink } from '../../store/link/address';
import { NOTHING_SHARED } from '../../store/state/shared';
import { challenges as words } from '../../words/en/challenges';
import { isZooNetwork } from '../../zoo/registry';
import { LinkField } from '../parts/LinkField';
import { saveFile } from '../parts/saveFile';
import { useDesk } from '../parts/useDesk';
import { NameField } from './NameField';

/** What the dialog shows. */
export function HandIn(): ReactNode {
  const by = useDesk((desk) => desk.by);
  // Whoever ranks sees the whole page.
  const link = useDesk((desk) => shareLink({ ...desk, ...NOTHING_SHARED }));
  const own = useDesk(({ networkId }) => !isZooNetwork(networkId));
  const trained = useDesk(({ network }) => network?.checkpoint.origin === 'trained');
  const missing = own ? words.ownNetwork : by.trim() === '' && words.needsName;
  return (
    <LinkField
      link={link}
      label={words.link}
      codeLabel={words.qrOfHandIn}
      copied={words.copied}
      hint=""
      missing={missing}
      before={<NameField />}
      tools={
        <button
          type="button"
          disabled={missing !== false}
          onClick={() => saveFile(new Blob([`${link}\n`], { type: 'text/plain' }), words.fileName(by))}
        >
          {words.saveFile}
        </button>
      }
    >
      {trained && <p className="note">{words.trained}</p>}
    </LinkField>
  );
}
