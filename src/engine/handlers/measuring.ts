// Measuring policies on the network in use.
import { measureOnDevice } from '../../core/deviceMeasuring';
import { labeledImage } from '../../core/pictures';
import { measureSpeed } from '../../core/speed';
import { resultOf } from '../../core/turn';
import { type DeviceMemory, deviceMemory } from '../../device/costs';
import { ExportError } from '../../formats/export/context';
import { choosesCodes } from '../../quant/registry';
import type { EngineState } from '../engineState';
import type { HandlersOf } from '../protocol/commands';
import type { MeasuringCommands } from '../protocol/measuring';
import { yieldUntil } from '../scheduler';

export function measuringHandlers(engine: EngineState): HandlersOf<MeasuringCommands> {
  return {
    async speed(options, { signal, report }) {
      engine.refuseWhileTraining('measuring the speed');
      const { scheduler, environment } = engine;
      await scheduler.run('background', async (job) => {
        const turn = yieldUntil(signal, job);
        for await (const speed of measureSpeed(options, turn, environment.now)) report(speed);
      });
      return undefined;
    },

    async solvePapers(_, { signal, report }) {
      const { scheduler, environment } = engine;
      const { PAPER_TIMES, solvePapers } = await import('../../core/papers');
      const times = new TextDecoder().decode(await environment.assets(PAPER_TIMES, { signal }));
      await scheduler.run('background', async (job) => {
        for await (const solved of solvePapers(times, yieldUntil(signal, job), environment.now)) report(solved);
      });
      return undefined;
    },

    evaluate: (params, { signal, report }) =>
      engine.withModel('drag', signal, (session, turn) => resultOf(session.measureAgainstFloat(params, turn), report)),

    evaluateOnDevice: (params, { signal, report }) =>
      engine.withModel('background', signal, (session, turn) => {
        const origin = { seed: session.images.seed, backend: session.backend };
        return resultOf(measureOnDevice(session.model, params, origin, turn), report);
      }),

    deviceMemory: ({ policy, scheme, kernels }, { signal }) =>
      engine.withModel('drag', signal, async ({ model: { calibrated, dataset } }) =>
        deviceMemory(calibrated.base(scheme), policy, scheme, dataset, kernels),
      ),

    deviceMemories: ({ policies, scheme, kernels }, { signal }) =>
      engine.withModel('drag', signal, async ({ model: { calibrated, dataset } }, turn) => {
        const found: (DeviceMemory | null)[] = [];
        for (const policy of policies) {
          await turn();
          try {
            found.push(deviceMemory(calibrated.base(scheme), policy, scheme, dataset, kernels));
          } catch (error) {
            if (!(error instanceof ExportError)) throw error;
            found.push(null);
          }
        }
        return found;
      }),

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
