// Training the network in use, one run at a time.
import { keepNetwork } from '../checkpoints';
import { trainedFrom } from '../floatNetwork';
import type { HandlersOf } from '../protocol/commands';
import type { TrainingCommands } from '../protocol/training';
import { Pause, recipe, runTraining } from '../training';
import { BusyError, type Workbench } from '../workbench';

export function trainingHandlers(bench: Workbench): HandlersOf<TrainingCommands> {
  const { store, now } = bench.surroundings;
  return {
    async train(options, context) {
      if (bench.training !== undefined)
        throw new BusyError('Training is running already; stop it before starting another run.');
      const { id: datasetId } = bench.images;
      const before = bench.model;
      const { dataset } = before;
      const pause = new Pause();
      bench.training = pause;
      try {
        const trained = await bench.turns.during('training', (job) =>
          runTraining(before, dataset, options, context, job, pause, now),
        );
        const { reason, message, steps, validation, network } = trained;
        if (reason === 'diverged') return { reason, message, steps, validation, network: before.describe(datasetId) };
        const source = await bench.turns.during('training', (job) => trainedFrom(before, options, job));
        const checkpoint = {
          origin: 'trained',
          recipe: recipe(options, steps, dataset),
          ...(source !== undefined && { trainedFrom: source }),
        } as const;
        const found = { network, checkpoint, normalization: dataset.normalization };
        const notKept = await keepNetwork(before.id, datasetId, found, store);
        const described = bench.putNetwork(before.id, found, { id: datasetId, dataset });
        return { reason, message, steps, validation, network: described, ...(notKept !== undefined && { notKept }) };
      } finally {
        bench.training = undefined;
      }
    },

    async pauseTraining({ paused }) {
      bench.training?.set(paused);
      return null;
    },
  };
}
