// Searching on the network in use, one run at a time. The search code is loaded on demand.
import { resultOf } from '../../core/turn';
import { BusyError, type EngineState } from '../engineState';
import type { HandlersOf } from '../protocol/commands';
import type { RankedProxy, SearchingCommands } from '../protocol/searching';
import { RunKeeper } from '../searchKeeping';

export function searchingHandlers(engine: EngineState): HandlersOf<SearchingCommands> {
  const { session, scheduler } = engine;
  const keeper = new RunKeeper(engine.environment.store);
  let running: { readonly run: string | undefined; pausing: boolean } | undefined;
  const whileFree = async <T>(run: string | undefined, work: (pausing: () => boolean) => Promise<T>): Promise<T> => {
    if (running !== undefined)
      throw new BusyError('A search is running already; pause or stop it before another one starts.');
    const mine = { run, pausing: false };
    running = mine;
    try {
      return await work(() => mine.pausing);
    } finally {
      running = undefined;
    }
  };
  return {
    searchMethods: async () => (await import('../searching')).searchMethods(),

    search: (params, context) =>
      whileFree(params.run, async (pausing) => {
        const { search } = await import('../searching');
        return search(params, context, { session, scheduler, keeper, pausing });
      }),

    scoreSearch: (params, { signal, report }) =>
      whileFree(undefined, () =>
        engine.withModel('search', signal, (_, turn) => resultOf(session.scoreFront(params, turn), report)),
      ),

    tableFront: (params) => session.tableFront(params),

    rankProxies: ({ points, ...params }, { signal, report }) =>
      engine.withModel('search', signal, async (_, turn) => {
        const { rankAgreement } = await import('../../search/proxies/rankAgreement');
        const rows: RankedProxy[] = [];
        for await (const { layers, ...facts } of session.proxies(params, turn)) {
          rows.push({ ...facts, ...rankAgreement({ layers }, points, params.seed) });
          report(rows[rows.length - 1]);
        }
        return rows;
      }),

    async concludeSearch(params) {
      const { conclude } = await import('../searching');
      return conclude(params, { session, keeper });
    },

    async pauseSearch({ run }) {
      if (running?.run === run) running.pausing = true;
      return null;
    },

    async forgetSearch({ run }) {
      await keeper.forget(run);
      return null;
    },
  };
}
