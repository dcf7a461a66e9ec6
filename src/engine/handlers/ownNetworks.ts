// Importing networks, and deleting them.
import type { Normalization } from '../../data/dataset';
import { normalizations } from '../../data/normalizations';
import { datasets } from '../../data/registry';
import { ImportError } from '../../formats/import/importer';
import { tryInputs } from '../../train/inputTrials';
import type { OwnNetworkId } from '../../zoo/registry';
import { forgetNetwork } from '../checkpoints';
import type { EngineState } from '../engineState';
import { fitOwnNetwork, keepOwnNetwork, keptArchitecture, ownCheckpoint } from '../ownNetworks';
import type { HandlersOf } from '../protocol/commands';
import type { OwnNetworkCommands } from '../protocol/ownNetworks';

/** Nothing swapped or reordered yet. */
const PLAIN_INPUT = { normalization: normalizations.unit.normalization, channels: 'rgb' } as const;

export function ownNetworkHandlers(engine: EngineState): HandlersOf<OwnNetworkCommands> {
  const { store } = engine.environment;
  return {
    async readNetwork({ files }, { signal }) {
      try {
        return { card: await engine.imports.read(files, signal) };
      } catch (error) {
        if (!(error instanceof ImportError)) throw error;
        const { what, where, why, next } = error;
        return { problem: { what, where, why, next } };
      }
    },

    async dropNetwork({ token }) {
      engine.imports.drop(token);
      return null;
    },

    tryInputs: ({ token, images }, { signal, report }) =>
      engine.scheduler.run('background', async (job) => {
        const { dataset } = engine.images;
        const { network, setting } = engine.imports.get(token);
        const also = setting?.normalization as Normalization | undefined;
        const turn = async () => {
          await job.yieldTurn();
          signal.throwIfAborted();
        };
        return tryInputs(fitOwnNetwork(network, PLAIN_INPUT, dataset), dataset, images, turn, report, also);
      }),

    async openOwnNetwork({ id, token, label, input, recipe, statedRanges = false }) {
      engine.refuseWhileTraining('changing the network');
      const { images } = engine;
      const { network, setting = {} } = engine.imports.get(token);
      const { policy, scheme, ranges, provenance } = setting;
      const known = statedRanges && policy && scheme && ranges && { policy, scheme, ranges };
      const found = {
        network: fitOwnNetwork({ ...network, name: label }, input, images.dataset),
        checkpoint: ownCheckpoint(recipe, provenance?.trainedUnderRounding ?? false),
        normalization: input.normalization,
        ...(known && { known }),
      } as const;
      // The trials of preprocessings wait meanwhile: of a large network, every answer of the storage would wait for a batch.
      const notKept = await engine.scheduler.run('reading', async () => {
        await forgetNetwork(id, images.id, store);
        return keepOwnNetwork(id, found, store);
      });
      return { ...engine.putNetwork(id, found, images), ...(notKept !== undefined && { notKept }) };
    },

    unlistedNetworks: async ({ listed }) => {
      const ids = ((await store.ids?.()) ?? []).filter((id): id is OwnNetworkId => id.startsWith('own-'));
      const unlisted = ids.filter((id) => !listed.includes(id));
      const found = await Promise.all(unlisted.map((id) => keptArchitecture(id, store)));
      return found.filter((kept) => kept !== undefined);
    },

    async forgetOwnNetwork({ id }) {
      // All at once: while the engine measures, each answer of the storage waits for a batch.
      await Promise.all(Object.keys(datasets).map((dataset) => forgetNetwork(id, dataset, store)));
      await store.delete(id);
      return null;
    },
  };
}
