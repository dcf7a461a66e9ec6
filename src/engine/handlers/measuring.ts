// Measuring policies on the network in use.
import type { EngineState } from '../engineState';
import { evaluatePolicy, labeledImage, sensitivityTable } from '../measuring';
import type { HandlersOf } from '../protocol/commands';
import type { MeasuringCommands } from '../protocol/measuring';

export function measuringHandlers(engine: EngineState): HandlersOf<MeasuringCommands> {
  const { now } = engine.environment;
  return {
    evaluate: (params, { signal, report }) =>
      engine.withModel('drag', signal, (model, job, ended) =>
        evaluatePolicy(model, model.dataset, params, { signal: ended, report }, job, now),
      ),

    pictures: ({ split, indices }, { signal }) =>
      engine.withModel('drag', signal, async ({ dataset }) =>
        indices.map((index) => labeledImage(dataset, split, index)),
      ),

    async sensitivity(params, { signal, report }) {
      const { id } = engine.images;
      return engine.withModel('background', signal, (model, job, ended) =>
        sensitivityTable(model, id, model.dataset, params, { signal: ended, report }, job),
      );
    },
  };
}
