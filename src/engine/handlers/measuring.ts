// Measuring policies on the network in use.
import { labeledImage } from '../../core/pictures';
import { resultOf } from '../../core/turn';
import type { EngineState } from '../engineState';
import type { HandlersOf } from '../protocol/commands';
import type { MeasuringCommands } from '../protocol/measuring';

export function measuringHandlers(engine: EngineState): HandlersOf<MeasuringCommands> {
  return {
    evaluate: (params, { signal, report }) =>
      engine.withModel('drag', signal, (session, turn) => resultOf(session.measureAgainstFloat(params, turn), report)),

    pictures: ({ split, indices }, { signal }) =>
      engine.withModel('drag', signal, async ({ model: { dataset } }) =>
        indices.map((index) => labeledImage(dataset, split, index)),
      ),

    sensitivity: (params, { signal, report }) =>
      engine.withModel('background', signal, (session, turn) => resultOf(session.sensitivity(params, turn), report)),
  };
}
