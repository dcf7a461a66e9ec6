// Bringing networks in, and forgetting them.
import { normalizations } from '../../data/normalizations';
import { datasets } from '../../data/registry';
import { tryInputs } from '../../train/inputTrials';
import type { OwnNetworkId } from '../../zoo/registry';
import { forgetNetwork } from '../checkpoints';
import type { EngineState } from '../engineState';
import { fitOwnNetwork, keepOwnNetwork, keptArchitecture, ownCheckpoint } from '../ownNetworks';
import type { HandlersOf } from '../protocol/commands';
import type { OwnNetworkCommands } from '../protocol/ownNetworks';

/** Nothing exchanged and nothing reordered yet. */
const PLAIN_INPUT = { normalization: normalizations.unit.normalization, channels: 'rgb' } as const;

export function ownNetworkHandlers(engine: EngineState): HandlersOf<OwnNetworkCommands> {
  const { store } = engine.environment;
  return {
    tryInputs: ({ network, images, also }, { signal, report }) =>
      engine.scheduler.run('background', async (job) => {
        const { dataset } = engine.images;
        const turn = async () => {
          await job.yieldTurn();
          signal.throwIfAborted();
        };
        return tryInputs(fitOwnNetwork(network, PLAIN_INPUT, dataset), dataset, images, turn, report, also);
      }),

    async openOwnNetwork({ id, network, input, recipe, known, trainedUnderRounding = false }) {
      engine.refuseWhileTraining('changing the network');
      const { images } = engine;
      const found = {
        network: fitOwnNetwork(network, input, images.dataset),
        checkpoint: ownCheckpoint(recipe, trainedUnderRounding),
        normalization: input.normalization,
        ...(known && { known }),
      } as const;
      await forgetNetwork(id, images.id, store);
      const notKept = await keepOwnNetwork(id, found, store);
      return { ...engine.putNetwork(id, found, images), ...(notKept !== undefined && { notKept }) };
    },

    unlistedNetworks: async ({ listed }) => {
      const ids = ((await store.ids?.()) ?? []).filter((id): id is OwnNetworkId => id.startsWith('own-'));
      const unlisted = ids.filter((id) => !listed.includes(id));
      const found = await Promise.all(unlisted.map((id) => keptArchitecture(id, store)));
      return found.filter((kept) => kept !== undefined);
    },

    async forgetOwnNetwork({ id }) {
      for (const dataset of Object.keys(datasets)) await forgetNetwork(id, dataset, store);
      await store.delete(id);
      return null;
    },
  };
}
