// Inspecting one layer of the network in use, and attributing predictions to layers.
import type { EngineState } from '../engineState';
import type { HandlersOf } from '../protocol/commands';
import type { InspectingCommands } from '../protocol/inspecting';

export function inspectingHandlers(engine: EngineState): HandlersOf<InspectingCommands> {
  return {
    // Plain numbers, no tensors, so it needs no turn on the backend.
    inspectWeights: async (params) => engine.session.inspectWeights(params),

    inspectActivations: (params, { signal }) =>
      engine.withModel('drag', signal, (session, turn) => session.inspectActivations(params, turn)),

    attribute: (params, { signal }) =>
      engine.withModel('background', signal, (session, turn) => session.attribute(params, turn)),

    classify: (params, { signal }) =>
      engine.withModel('drag', signal, (session, turn) => session.classify(params, turn)),
  };
}
