// Looking into one layer of the network in use.
import type { EngineState } from '../engineState';
import { inspectWeights } from '../inspecting';
import { inspectActivations } from '../inspectingActivations';
import type { HandlersOf } from '../protocol/commands';
import type { InspectingCommands } from '../protocol/inspecting';

export function inspectingHandlers(engine: EngineState): HandlersOf<InspectingCommands> {
  return {
    async inspectWeights(params) {
      const { calibrated, fingerprint } = engine.model;
      return inspectWeights(calibrated.base(params.scheme), fingerprint, params);
    },

    inspectActivations: (params, { signal }) =>
      engine.withModel('drag', signal, (model, job, ended) =>
        inspectActivations(model, model.dataset, params, job, ended),
      ),
  };
}
