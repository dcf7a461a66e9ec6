// Every command as a plain function over one state, `EngineState`. Runs in a worker, in Node, and in tests.
import { EngineState, type Environment } from './engineState';
import { exportingHandlers } from './handlers/exporting';
import { inspectingHandlers } from './handlers/inspecting';
import { measuringHandlers } from './handlers/measuring';
import { openingHandlers } from './handlers/opening';
import { ownNetworkHandlers } from './handlers/ownNetworks';
import { poolHandlers } from './handlers/pool';
import { searchingHandlers } from './handlers/searching';
import { trainingHandlers } from './handlers/training';
import type { Handlers } from './protocol/commands';

/** Creates the handlers of one engine. */
export function createHandlers(environment: Environment): Handlers {
  const engine = new EngineState(environment);
  return {
    ...openingHandlers(engine),
    ...poolHandlers(engine),
    ...ownNetworkHandlers(engine),
    ...exportingHandlers(engine),
    ...measuringHandlers(engine),
    ...inspectingHandlers(engine),
    ...trainingHandlers(engine),
    ...searchingHandlers(engine),
  };
}
