// The number of engines, and the race that finds it.
import { race } from '../../pool/racing';
import type { EngineState } from '../engineState';
import type { HandlersOf } from '../protocol/commands';
import type { PoolCommands } from '../protocol/pool';

export function poolHandlers(engine: EngineState): HandlersOf<PoolCommands> {
  return {
    async setWorkers({ workers }) {
      const { pool } = engine.session;
      pool.set({ size: workers });
      pool.fill();
      return pool.state;
    },

    race: ({ entrants }, { signal, report }) =>
      engine.withModel('idle', signal, async ({ model: { network }, pool }, turn) => {
        const { spawn } = pool;
        if (spawn === undefined) return undefined;
        const { scheduler } = engine;
        const disturbances = () => scheduler.begun;
        for await (const step of race({ spawn, network, entrants, turn, disturbances })) report(step);
        return undefined;
      }),
  };
}
