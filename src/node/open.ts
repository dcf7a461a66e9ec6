// Opens images and a network for a session in Node, from shipped files or one's own.
import { parse } from 'node:path';
import type { FoundNetwork } from '../core/foundNetwork';
import type { Session } from '../core/session';
import type { Normalization } from '../data/dataset';
import type { DatasetId } from '../data/registry';
import { freshNetwork } from '../engine/checkpoints';
import type { BackendInfo, BackendName } from '../engine/protocol/opening';
import type { Rounding } from '../rounding/rounding';
import type { NetworkId } from '../zoo/registry';
import { openModel } from './models';
import { createSession, openBackend, openDataset, openNetwork } from './surroundings';
import { UsageError } from './usageError';

/** What to open: images, and a network of the zoo or of a file. */
export interface Opening {
  readonly dataset: DatasetId;
  /** Folder of the data set's files, for those that do not come with fewbits. */
  readonly data?: string | undefined;
  /** A network of the zoo, with its shipped weights. */
  readonly network?: NetworkId | undefined;
  /** Instead of the shipped weights: a safetensors file, or `none` for random ones. */
  readonly weights?: string | undefined;
  /** Instead of `network`: a file (ONNX, Keras, safetensors), or the folder of a TF.js model. */
  readonly model?: string | undefined;
  /** How `model` expects its images; found by trial on labeled images if absent. */
  readonly normalization?: Normalization | undefined;
  /** By default WebGPU where the `webgpu` package finds an adapter, else WebAssembly. */
  readonly backend?: BackendName | undefined;
  /** Engines that evaluate at the same time, where they compute on the processor (1). Results do not depend on it. */
  readonly workers?: number | undefined;
  /** Of the split of a data set that has none, and of random weights (1). */
  readonly seed?: number | undefined;
  /** Receives what was found out about `model`, in sentences. */
  readonly tell?: (sentence: string) => void;
}

/** An open session, with what the command line tells of it. */
export interface Opened {
  readonly session: Session;
  readonly backend: BackendInfo;
  /** The rounding that the file of `model` states. */
  readonly known: Rounding | undefined;
}

/** Opens everything. @throws UsageError for a request that names no network or two. */
export async function openAll({ dataset: id, seed = 1, tell = () => {}, ...opening }: Opening): Promise<Opened> {
  const { network, weights, model } = opening;
  if ((network === undefined) === (model === undefined) || (model !== undefined && weights !== undefined))
    throw new UsageError('Name either a network, with or without weights, or the file of a model.');
  const session = createSession();
  const images = await openDataset(id, opening.data, seed, session);
  const backend = await openBackend(opening.backend);
  session.backend = backend.name;
  session.pool.set({ backend: backend.name, size: opening.workers ?? 1 });
  const find = (): Promise<FoundNetwork> | FoundNetwork => {
    if (network === undefined) return openModel(model as string, images, opening.normalization, tell);
    return weights === 'none' ? freshNetwork(network, images, seed) : openNetwork(network, id, images, weights);
  };
  const found = await find();
  session.openNetwork(network ?? `own-${parse(model as string).name}`, found);
  return { session, backend, known: found.known };
}
