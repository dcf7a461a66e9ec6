// Measuring policies on the network in use.
import { labeledImage } from '../../core/pictures';
import { resultOf } from '../../core/turn';
import { choosesCodes } from '../../quant/registry';
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

    round: (params, { signal, report }) =>
      engine.withModel('background', signal, async (session, turn) => {
        await session.round(params, report, turn);
        return undefined;
      }),

    // Choosing codes for all widths takes a minute, in which searches and training go on.
    sensitivity: (params, { signal, report }) =>
      engine.withModel(choosesCodes(params.scheme) ? 'idle' : 'background', signal, (session, turn) =>
        resultOf(session.sensitivity(params, turn), report),
      ),
  };
}
