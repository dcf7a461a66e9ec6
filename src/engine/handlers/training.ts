// Training the network in use, one run at a time.
import { trainedFrom } from '../../core/floatNetwork';
import { BusyError, type EngineState } from '../engineState';
import type { HandlerContext, HandlersOf, Progress, Result } from '../protocol/commands';
import type { TrainingCommands, TrainOptions } from '../protocol/training';
import { Pause, recipe, runTraining } from '../training';
import { type KeptTraining, OtherWeightsError, TrainingGoneError, TrainingKeeper } from '../trainingKeeping';

export function trainingHandlers(engine: EngineState): HandlersOf<TrainingCommands> {
  const { session, generations } = engine;
  const keeper = new TrainingKeeper(engine.environment.store);

  async function run(
    options: TrainOptions,
    context: HandlerContext<Progress<'train'>>,
    name: string | undefined,
    kept?: KeptTraining,
  ): Promise<Result<'train'>> {
    const { model } = engine;
    const { dataset, datasetId } = model;
    const pause = new Pause();
    engine.training = pause;
    try {
      const keep = async (state: KeptTraining) => (name === undefined ? undefined : keeper.keep(name, state));
      const trained = await engine.scheduler.run('training', (job) =>
        runTraining(options, context, { session, job, pause, keep }, kept),
      );
      const { reason, message, steps, comparison, network } = trained;
      const outcome = { reason, message, steps, former: model.fingerprint };
      if (comparison === undefined) {
        if (name !== undefined) await keeper.forget(name);
        return { ...outcome, network: model.describe() };
      }
      const facts = { at: Date.now(), accuracy: comparison.after };
      const source = await engine.scheduler.run('training', (job) =>
        // Stopping a run keeps its weights, and they must be compared with the old ones.
        trainedFrom(model, options, () => job.yieldTurn()),
      );
      const checkpoint = {
        ...({ origin: 'trained', recipe: recipe(options, steps, dataset), trained: facts } as const),
        ...(source !== undefined && { trainedFrom: source }),
      };
      const found = { network, checkpoint, normalization: dataset.normalization };
      const place = { network: model.id, dataset: datasetId, images: dataset };
      const fingerprint = generations.hold(place, found);
      const stays = comparison.verdict === 'chance' || (comparison.verdict === 'worse' && !options.fromScratch);
      const { notKept, displaced } = await (stays
        ? generations.setAside(place, found)
        : generations.use(place, found, model.fingerprint));
      const inUse = stays ? model.describe() : engine.putNetwork(model.id, found, { id: datasetId, dataset });
      // Only now: the learned weights have been stored, or reported as not stored.
      if (name !== undefined) await keeper.forget(name);
      return {
        ...{ ...outcome, comparison, trained: fingerprint, network: inUse },
        ...(notKept !== undefined && { notKept }),
        ...(displaced !== undefined && displaced !== outcome.former && { elsewhere: true }),
      };
    } finally {
      engine.training = undefined;
    }
  }

  const refuseSecond = () => {
    if (engine.training !== undefined)
      throw new BusyError('Training is running already; stop it before starting another run.');
  };

  return {
    async train({ run: name, ...options }, context) {
      refuseSecond();
      return run(options, context, name);
    },

    async resumeTraining({ run: name }, context) {
      refuseSecond();
      const { model } = engine;
      const kept = await keeper.recall(name);
      if (kept === undefined)
        throw new TrainingGoneError(
          'This run cannot be resumed: its state is no longer in this browser. Start a new one.',
        );
      if (kept.fingerprint !== model.fingerprint)
        throw new OtherWeightsError(
          'This run began on other weights or images than those in use; it can be resumed where they are.',
        );
      refuseSecond();
      return run(kept.options, context, name, kept);
    },

    async pauseTraining({ paused }) {
      engine.training?.set(paused);
      return null;
    },

    async forgetTraining({ run: name }) {
      await keeper.forget(name);
      return null;
    },

    async weightsAside() {
      const { model, images } = engine;
      return generations.list({ network: model.id, dataset: images.id, images: images.dataset });
    },
  };
}
