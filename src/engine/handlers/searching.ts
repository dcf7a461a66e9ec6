// Searching on the network in use, one run at a time. The search code is loaded on demand.

import { resultOf } from '../../core/turn';
import { roundHalfToEven } from '../../math/rounding';
import { createSpace, leastWithin } from '../../search/space';
import { BusyError, type EngineState } from '../engineState';
import type { PageCrew } from '../pageCrew';
import type { HandlersOf } from '../protocol/commands';
import type { RankedProxy, SearchingCommands } from '../protocol/searching';
import { RunKeeper } from '../searchKeeping';

interface Running {
  readonly run: string | undefined;
  pausing: boolean;
  crew?: PageCrew;
}

export function searchingHandlers(engine: EngineState): HandlersOf<SearchingCommands> {
  const { session, scheduler } = engine;
  const keeper = new RunKeeper(engine.environment.store);
  let running: Running | undefined;
  /** What the page said last. */
  let places = 0;
  const whileFree = async <T>(run: string | undefined, work: (mine: Running) => Promise<T>): Promise<T> => {
    if (running !== undefined)
      throw new BusyError('A search is running already; pause or stop it before another one starts.');
    const mine: Running = { run, pausing: false };
    running = mine;
    try {
      return await work(mine);
    } finally {
      running = undefined;
    }
  };
  return {
    searchMethods: async () => (await import('../searching')).searchMethods(),

    search: (params, context) =>
      whileFree(params.run, async (mine) => {
        const { search } = await import('../searching');
        const meet = (crew: PageCrew) => {
          crew.places = places;
          mine.crew = crew;
        };
        return search(params, context, { session, scheduler, keeper, pausing: () => mine.pausing, meet });
      }),

    async crewPlaces(params) {
      places = params.places;
      if (running?.crew) running.crew.places = places;
      return null;
    },

    async crewAnswer({ id, answer }) {
      running?.crew?.answer(id, answer);
      return null;
    },

    measureTask: ({ task }, { signal }) =>
      engine.withModel('search', signal, async (_, turn) => {
        const { accuracy, loss } = await session.measureTask(task, turn);
        return { right: roundHalfToEven(accuracy.value * accuracy.n), loss };
      }),

    scoreSearch: (params, { signal, report }) =>
      whileFree(undefined, () =>
        engine.withModel('search', signal, (_, turn) => resultOf(session.scoreFront(params, turn), report)),
      ),

    tableFront: (params) => session.tableFront(params),

    leastCost: ({ scheme, allowed, limits }, { signal }) =>
      engine.withModel('drag', signal, async ({ model: { calibrated, dataset } }) =>
        leastWithin(createSpace(calibrated.base(scheme), scheme, allowed, limits, dataset)),
      ),

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
