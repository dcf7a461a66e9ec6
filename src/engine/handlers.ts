// Every command as a plain function over one state: what is on the workbench. Runs in a worker, in Node, and in tests.
import type { Dataset } from '../data/dataset';
import type { DecodeImage } from '../data/definition';
import { fitDataset } from '../data/fit';
import { normalizations } from '../data/normalizations';
import { type DatasetId, datasets } from '../data/registry';
import type { InputNode } from '../graph/network';
import { tryInputs } from '../train/inputTrials';
import type { AnyNetworkId } from '../zoo/registry';
import { chooseBackend } from './backend';
import { LoadedModel, NotReadyError } from './bench';
import { type Assets, findNetwork, forgetNetwork, keepNetwork } from './checkpoints';
import { inspectWeights } from './inspecting';
import { inspectActivations } from './inspectingActivations';
import type { FoundNetwork, KeepSake } from './keepsake';
import { type Clock, evaluatePolicy, exampleImages, sensitivityTable } from './measuring';
import { fitOwnNetwork, keepOwnNetwork } from './ownNetworks';
import type { Handlers } from './protocol/commands';
import { RunKeeper } from './searchKeeping';
import { Pause, recipe, runTraining } from './training';
import { createBreathe, Turns, type Urgency } from './turns';

/** What the engine needs of the place it runs in. */
export interface Surroundings {
  readonly assets: Assets;
  readonly store: KeepSake;
  readonly decode: DecodeImage;
  readonly now: Clock;
  readonly wasmPaths?: Readonly<Record<string, string>>;
  /** Bytes that the prefix cache may take. */
  readonly cacheBytes: number;
  onFault(error: Error): void;
}

interface OpenDataset {
  readonly id: DatasetId;
  readonly seed: number;
  readonly dataset: Dataset;
}

/** A second training run while one is going on. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** Nothing exchanged and nothing reordered yet. */
const PLAIN_INPUT = { normalization: normalizations.unit.normalization, channels: 'rgb' } as const;

/** Creates the handlers of one engine. */
export function createHandlers(surroundings: Surroundings): Handlers {
  const { assets, store, now } = surroundings;
  const turns = new Turns(createBreathe());
  let open: OpenDataset | undefined;
  let model: LoadedModel | undefined;
  let version = 0;
  let backend = '';
  let training: Pause | undefined;
  let searching: { readonly run: string; pausing: boolean } | undefined;
  const keeper = new RunKeeper(store);

  const needDataset = (): OpenDataset => {
    if (open === undefined) throw new NotReadyError('No data set is open yet; choose one first.');
    return open;
  };
  const needModel = (): LoadedModel => {
    if (model === undefined) throw new NotReadyError('No network is open yet; choose one first.');
    return model;
  };
  const put = (
    id: AnyNetworkId,
    { network, checkpoint, normalization, known }: FoundNetwork,
    dataset: Dataset,
  ): LoadedModel => {
    model?.dispose();
    const [height, width] = (network.nodes[0] as InputNode).shape;
    const fitted = fitDataset(dataset, { height, width, normalization: normalization ?? dataset.normalization });
    model = new LoadedModel(id, network, checkpoint, ++version, fitted, surroundings.cacheBytes, known);
    return model;
  };
  const refuseWhileTraining = (what: string) => {
    if (training !== undefined) throw new BusyError(`Training is running; stop it before ${what}.`);
  };
  async function as<T>(urgency: Urgency, work: (job: ReturnType<Turns['enter']>) => Promise<T>): Promise<T> {
    const job = turns.enter(urgency);
    try {
      return await work(job);
    } finally {
      job.leave();
    }
  }

  return {
    async start({ backend: forced }) {
      const chosen = await chooseBackend({
        ...(forced && { forced }),
        ...(surroundings.wasmPaths && { wasmPaths: surroundings.wasmPaths }),
        onFault: surroundings.onFault,
      });
      backend = `${chosen.name}, ${chosen.device}`;
      return chosen;
    },

    async openDataset({ dataset: id, source, seed }, { signal, report }) {
      refuseWhileTraining('changing the images');
      const required = async (path: string) => {
        const bytes = await assets(path);
        if (bytes === undefined)
          throw new Error(`The site lacks its file "${path}"; reload the page, or tell whoever runs it.`);
        return bytes;
      };
      const dataset = await datasets[id].open({
        ...(source && { source }),
        seed,
        assets: required,
        decode: surroundings.decode,
        signal,
        report,
      });
      signal.throwIfAborted();
      // The network's shapes may no longer fit: it is opened anew.
      model?.dispose();
      model = undefined;
      open = { id, seed, dataset };
      const { label, classes, train, validation, test, notes = [] } = dataset;
      return { id, label, classes, train: train.length, validation: validation.length, test: test.length, notes };
    },

    async openNetwork({ network: id, discardTrained }, { signal }) {
      refuseWhileTraining('changing the network');
      const { id: datasetId, dataset } = needDataset();
      if (discardTrained) await forgetNetwork(id, datasetId, store);
      const found = await findNetwork(id, { ...dataset, id: datasetId }, assets, store);
      signal.throwIfAborted();
      return put(id, found, dataset).describe(datasetId);
    },

    tryInputs: ({ network, images, also }, { signal, report }) =>
      as('background', async (job) => {
        const { dataset } = needDataset();
        const turn = async () => {
          await job.turn();
          signal.throwIfAborted();
        };
        return tryInputs(fitOwnNetwork(network, PLAIN_INPUT, dataset), dataset, images, turn, report, also);
      }),

    async openOwnNetwork({ id, network, input, recipe, known }) {
      refuseWhileTraining('changing the network');
      const { id: datasetId, dataset } = needDataset();
      const fitted = fitOwnNetwork(network, input, dataset);
      const found = {
        network: fitted,
        checkpoint: { origin: 'own', recipe },
        normalization: input.normalization,
        ...(known && { known }),
      } as const;
      await forgetNetwork(id, datasetId, store);
      const notKept = await keepOwnNetwork(id, found, store);
      return { ...put(id, found, dataset).describe(datasetId), ...(notKept !== undefined && { notKept }) };
    },

    async forgetOwnNetwork({ id }) {
      for (const dataset of Object.keys(datasets)) await forgetNetwork(id, dataset, store);
      await store.forget(id);
      return null;
    },

    exportNetwork: (params, { signal }) =>
      as('drag', async (job) => {
        const [model, { seed }] = [needModel(), needDataset()];
        // Writers are loaded when somebody takes something along.
        const { exportNetwork } = await import('./exporting');
        return exportNetwork({ model, seed, backend }, params, job, AbortSignal.any([signal, model.replaced]));
      }),

    evaluate: (params, { signal, report }) =>
      as('drag', (job) => {
        const used = needModel();
        const context = { signal: AbortSignal.any([signal, used.replaced]), report };
        return evaluatePolicy(used, used.dataset, params, context, job, now);
      }),

    examples: ({ count }, { signal }) =>
      as('drag', (job) => {
        const used = needModel();
        return exampleImages(used, used.dataset, count, job, AbortSignal.any([signal, used.replaced]));
      }),

    sensitivity: (params, { signal, report }) =>
      as('background', (job) => {
        const { id } = needDataset();
        const used = needModel();
        const context = { signal: AbortSignal.any([signal, used.replaced]), report };
        return sensitivityTable(used, id, used.dataset, params, context, job);
      }),

    async inspectWeights(params) {
      const { calibrated, version } = needModel();
      return inspectWeights(calibrated.base(params.scheme), version, params);
    },

    inspectActivations: (params, { signal }) =>
      as('drag', (job) => {
        const used = needModel();
        return inspectActivations(used, used.dataset, params, job, AbortSignal.any([signal, used.replaced]));
      }),

    async train(options, context) {
      if (training !== undefined)
        throw new BusyError('Training is running already; stop it before starting another run.');
      const { id: datasetId } = needDataset();
      const before = needModel();
      const { dataset } = before;
      const pause = new Pause();
      training = pause;
      try {
        const trained = await as('training', (job) => runTraining(before, dataset, options, context, job, pause, now));
        const { reason, message, steps, validation } = trained;
        if (reason === 'diverged') return { reason, message, steps, validation, network: before.describe(datasetId) };
        const checkpoint = { origin: 'trained', recipe: recipe(options, steps, dataset) } as const;
        const found = { network: trained.network, checkpoint, normalization: dataset.normalization };
        await keepNetwork(before.id, datasetId, found, store);
        return { reason, message, steps, validation, network: put(before.id, found, dataset).describe(datasetId) };
      } finally {
        training = undefined;
      }
    },

    async pauseTraining({ paused }) {
      training?.set(paused);
      return null;
    },

    searchMethods: async () => (await import('./searching')).searchMethods(),

    async search(params, context) {
      if (searching !== undefined)
        throw new BusyError('A search is running already; pause or stop it before another one starts.');
      const model = needModel();
      const running = { run: params.run, pausing: false };
      searching = running;
      try {
        // Searches are loaded when somebody starts one.
        const { search } = await import('./searching');
        const cacheBytes = surroundings.cacheBytes / 2;
        return await search(params, context, { model, turns, keeper, now, cacheBytes, pausing: () => running.pausing });
      } finally {
        searching = undefined;
      }
    },

    async pauseSearch({ run }) {
      if (searching?.run === run) searching.pausing = true;
      return null;
    },

    async forgetSearch({ run }) {
      await keeper.forget(run);
      return null;
    },
  };
}
