// Every command as a plain function over one state: what is on the workbench. Runs in a worker, in Node, and in tests.
import { elsewhereHandlers } from './handlers/elsewhere';
import { inspectingHandlers } from './handlers/inspecting';
import { measuringHandlers } from './handlers/measuring';
import { openingHandlers } from './handlers/opening';
import { searchingHandlers } from './handlers/searching';
import { trainingHandlers } from './handlers/training';
import type { Handlers } from './protocol/commands';
import { type Environment, EngineState } from './workbench';

/** Creates the handlers of one engine. */
export function createHandlers(environment: Environment): Handlers {
  const engine = new EngineState(environment);
  return {
    ...openingHandlers(engine),
    ...elsewhereHandlers(engine),
    ...measuringHandlers(engine),
    ...inspectingHandlers(engine),
    ...trainingHandlers(engine),
    ...searchingHandlers(engine),
  };
}
