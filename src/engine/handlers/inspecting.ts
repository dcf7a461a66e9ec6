// Looking into one layer of the network in use.
import { inspectWeights } from '../inspecting';
import { inspectActivations } from '../inspectingActivations';
import type { HandlersOf } from '../protocol/commands';
import type { InspectingCommands } from '../protocol/inspecting';
import type { Workbench } from '../workbench';

export function inspectingHandlers(bench: Workbench): HandlersOf<InspectingCommands> {
  return {
    async inspectWeights(params) {
      const { calibrated, fingerprint } = bench.model;
      return inspectWeights(calibrated.base(params.scheme), fingerprint, params);
    },

    inspectActivations: (params, { signal }) =>
      bench.withModel('drag', signal, (model, job, ended) =>
        inspectActivations(model, model.dataset, params, job, ended),
      ),
  };
}
