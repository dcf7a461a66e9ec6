// The dialog that hands in: a name, and the config as a link, a QR code or a file.
import { type ReactNode, useId } from 'react';
import { setName } from '../../store/challenges/taking';
import { shareLink } from '../../store/link/address';
import { LONGEST_NAME } from '../../store/state/challenges';
import { challenges as words } from '../../words/en/challenges';
import { isZooNetwork } from '../../zoo/registry';
import { LinkField } from '../parts/LinkField';
import { saveFile } from '../parts/saveFile';
import { useDesk } from '../parts/useDesk';

function Name({ value }: { readonly value: string }): ReactNode {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{words.name}</label>
      <input
        id={id}
        type="text"
        autoComplete="nickname"
        maxLength={LONGEST_NAME}
        value={value}
        onChange={(event) => setName(event.target.value)}
      />
    </>
  );
}

/** What the dialog shows. */
export function HandIn(): ReactNode {
  const by = useDesk((desk) => desk.by);
  const link = useDesk(shareLink);
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
      before={<Name value={by} />}
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
