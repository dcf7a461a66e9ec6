// What a run that may lose at most so much has proved, in words.
import type { ReactNode } from 'react';
import type { LossClaim, TriedPolicy } from '../../engine/protocol/searching';
import { lossLimit } from '../../words/en/lossLimit';
import { tip } from '../parts/Tooltip';

/** What would prove a policy that failed. */
function help({ needed }: TriedPolicy): string {
  return needed === undefined ? lossLimit.otherRounding : lossLimit.moreImages(needed);
}

/** The claim as sentences: what is proved, or that nothing is, and what would help. */
export function Claim({ claim: { most, images, tried, proved } }: { readonly claim: LossClaim }): ReactNode {
  const last = tried.at(-1);
  if (proved)
    return (
      <>
        <b {...tip(lossLimit.provedWhere)}>{lossLimit.proved(proved.bytes, most, proved.lost, proved.n)}</b>
        {last?.state === 'failed' && (
          <span className="note">
            {' '}
            {last.needed === undefined
              ? lossLimit.nextNot(last.bytes, last.lost)
              : lossLimit.next(last.bytes, last.needed)}
          </span>
        )}
      </>
    );
  return (
    <>
      <b>{lossLimit.nothing(most, images)}</b>{' '}
      {last === undefined ? lossLimit.noPolicy : `${lossLimit.largest(last.bytes, last.lost)} ${help(last)}`}
    </>
  );
}
