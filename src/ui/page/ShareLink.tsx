// The dialog "Share": a link to all that is chosen here, copied at once, and the same as a QR code.
import type { ReactNode } from 'react';
import { datasets } from '../../data/registry';
import { shareLink } from '../../store/link/address';
import { share } from '../../words/en/share';
import { LinkField } from '../parts/LinkField';
import { useDesk } from '../parts/useDesk';

/** The link, and what it does not carry for whoever opens it. */
export default function ShareLink(): ReactNode {
  const link = useDesk(shareLink);
  const trained = useDesk((state) => state.network?.checkpoint.origin === 'trained');
  const embedded = useDesk((state) => datasets[state.datasetId].embedded);
  return (
    <LinkField
      link={link}
      label={share.link}
      codeLabel={share.qrOfLink}
      copied={share.copied}
      hint={share.length(link.length)}
      atOnce
    >
      {trained && <p className="note">{share.withoutWeights}</p>}
      {!embedded && <p className="note">{share.withoutImages}</p>}
    </LinkField>
  );
}
