// Opening a backend, a data set, a network.
import { type DatasetId, datasets } from '../../data/registry';
import type { AssetProgress } from '../assets';
import { chooseBackend } from '../backend';
import { type Assets, findNetwork, untrainedNetwork } from '../checkpoints';
import type { EngineState } from '../engineState';
import type { HandlersOf } from '../protocol/commands';
import type { LoadProgress, OpeningCommands } from '../protocol/opening';

/** Reports the progress of loading a file of the site. */
function bytesOf(phase: string, report: (progress: LoadProgress) => void): AssetProgress {
  return (done, total) => report({ phase, done, unit: 'bytes', ...(total !== undefined && { total }) });
}

export function openingHandlers(engine: EngineState): HandlersOf<OpeningCommands> {
  const { assets, store, decode, wasm, onFault } = engine.environment;
  return {
    async start({ backend: forced, prefer }, { report }) {
      const onProgress = (phase: string, done = 0) => report({ phase, done, unit: 'bytes' });
      const asked = { ...(forced && { forced }), ...(prefer && { prefer }) };
      const chosen = await chooseBackend({ ...asked, ...(wasm && { wasm }), onProgress, onFault });
      engine.session.pool.set({ backend: chosen.name });
      engine.session.backend = `${chosen.name}, ${chosen.device}`;
      return chosen;
    },

    async openDataset({ dataset: id, source, seed }, { signal, report }) {
      engine.refuseWhileTraining('changing the images');
      const options = {
        ...(source && { source }),
        seed,
        assets: (path: string) => assets(path, { signal, onBytes: bytesOf('Opening the images', report) }),
        decode,
        signal,
        report,
      };
      // Decoding a picture takes several steps, and a measurement would run a whole batch between two of them. Loading
      // from the network may take minutes, so measuring continues meanwhile.
      const open = () => engine.session.openDataset(id, options);
      const { dataset } = await (source?.kind === 'files' ? engine.scheduler.run('reading', open) : open());
      const { label, classes, train, validation, test, notes = [], notKept } = dataset;
      return {
        id,
        label,
        classes,
        train: train.length,
        validation: validation.length,
        test: test.length,
        notes,
        ...(notKept !== undefined && { notKept }),
      };
    },

    async storedDatasets() {
      const ids = new Set(await store.ids?.());
      return (Object.keys(datasets) as DatasetId[]).filter((id) => ids.has(id));
    },

    async openNetwork({ network: id, weights, choose = false }, { signal, report }) {
      engine.refuseWhileTraining('changing the network');
      const { images, generations } = engine;
      const place = { network: id, dataset: images.id, images: images.dataset };
      const dataset = { ...images.dataset, id: images.id };
      const onBytes = bytesOf('Loading the weights', report);
      const arriving: Assets = (path, options) => assets(path, { signal, onBytes, ...options });
      const found =
        weights === 'untrained'
          ? await untrainedNetwork(id, dataset, arriving, store)
          : ((weights === undefined ? undefined : generations.recall(place, weights)) ??
            (await findNetwork(id, dataset, arriving, store, weights)));
      signal.throwIfAborted();
      const before = engine.inUse(place);
      const { unread } = found;
      const network = { ...engine.putNetwork(id, found, images), ...(unread !== undefined && { unread }) };
      if (!choose) return network;
      const { notKept } = await generations.use(
        place,
        network.checkpoint.origin === 'trained' ? found : undefined,
        before,
      );
      return { ...network, ...(notKept !== undefined && { notKept }) };
    },
  };
}
