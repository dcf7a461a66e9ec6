// The tightest limit that the form can ask for: with a board or a table, within their budgets, which the engine solves for.
import { useEffect, useState } from 'react';
import { boundInField, limitBound, withinBoard } from '../../store/search/form';
import { desk } from '../../store/state/desk';
import { engine } from '../../store/state/engine';
import { useDesk } from '../parts/useDesk';

/** In the unit of the limit's field; without regard to budgets while the engine has not answered, or where nothing keeps them. */
export function useLimitBound(): number {
  const alone = useDesk(limitBound);
  // A text is equal to the one before when nothing changed.
  const asked = useDesk((state) => (state.network === null ? 'null' : JSON.stringify(withinBoard(state))));
  const [found, setFound] = useState<{ readonly asked: string; readonly bound: number }>();
  useEffect(() => {
    const params = withinBoard(desk.getState());
    const client = engine();
    if (params === null || client === null || asked === 'null') return;
    const call = client.call('leastCost', params);
    call.result.then(
      (cost) => setFound({ asked, bound: boundInField(desk.getState(), cost) }),
      () => undefined,
    );
    return () => call.cancel();
  }, [asked]);
  return found?.asked === asked ? found.bound : alone;
}
