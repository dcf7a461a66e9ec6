// Measuring policies on the network in use.
import { evaluatePolicy, labeledImage, sensitivityTable } from '../measuring';
import type { HandlersOf } from '../protocol/commands';
import type { MeasuringCommands } from '../protocol/measuring';
import type { Workbench } from '../workbench';

export function measuringHandlers(bench: Workbench): HandlersOf<MeasuringCommands> {
  const { now } = bench.surroundings;
  return {
    evaluate: (params, { signal, report }) =>
      bench.withModel('drag', signal, (model, job, ended) =>
        evaluatePolicy(model, model.dataset, params, { signal: ended, report }, job, now),
      ),

    pictures: ({ split, indices }, { signal }) =>
      bench.withModel('drag', signal, async ({ dataset }) =>
        indices.map((index) => labeledImage(dataset, split, index)),
      ),

    async sensitivity(params, { signal, report }) {
      const { id } = bench.images;
      return bench.withModel('background', signal, (model, job, ended) =>
        sensitivityTable(model, id, model.dataset, params, { signal: ended, report }, job),
      );
    },
  };
}
