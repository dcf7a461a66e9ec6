// Searching on the network in use, one run at a time. Searches are loaded when somebody looks at them.
import type { HandlersOf } from '../protocol/commands';
import type { SearchingCommands } from '../protocol/searching';
import { RunKeeper } from '../searchKeeping';
import { BusyError, type Workbench } from '../workbench';

export function searchingHandlers(bench: Workbench): HandlersOf<SearchingCommands> {
  const { store, now, cacheBytes } = bench.surroundings;
  const keeper = new RunKeeper(store);
  let running: { readonly run: string; pausing: boolean } | undefined;
  return {
    searchMethods: async () => (await import('../searching')).searchMethods(),

    async search(params, context) {
      if (running !== undefined)
        throw new BusyError('A search is running already; pause or stop it before another one starts.');
      const { model, turns } = bench;
      const mine = { run: params.run, pausing: false };
      running = mine;
      try {
        const { search } = await import('../searching');
        const pausing = () => mine.pausing;
        return await search(params, context, { model, turns, keeper, now, cacheBytes: cacheBytes / 2, pausing });
      } finally {
        running = undefined;
      }
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
