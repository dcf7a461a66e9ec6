// The tightest limit that the form can ask for, which the engine solves for: as the search itself, it knows locks, ties and the
// budgets of a board or a table.
import { useEffect, useState } from 'react';
import { boundInField, leastAsked } from '../../store/search/form';
import { desk } from '../../store/state/desk';
import { engine } from '../../store/state/engine';
import type { LimitKind } from '../../store/state/searchForm';
import { useDesk } from '../parts/useDesk';

/** In the unit of the limit's field; undefined until the engine has answered, and where no config keeps the other limits. */
export function useLimitBound(): number | undefined {
  const kind = useDesk((state) => state.searchForm.limitKind);
  // A text is equal to the one before when nothing changed.
  const asked = useDesk((state) => state.network && JSON.stringify([state.network.fingerprint, leastAsked(state)]));
  const [found, setFound] = useState<{ readonly kind: LimitKind; readonly bound: number | undefined }>();
  useEffect(() => {
    const params = leastAsked(desk.getState());
    const client = engine();
    if (params === null || client === null || asked === null) return;
    let isCurrent = true;
    const answer = (bound?: number) => isCurrent && setFound({ kind, bound });
    const call = client.call('leastCost', params);
    call.result.then(
      (cost) => answer(boundInField(desk.getState(), cost)),
      () => answer(),
    );
    return () => {
      isCurrent = false;
      call.cancel();
    };
  }, [asked, kind]);
  return found?.kind === kind ? found.bound : undefined;
}
