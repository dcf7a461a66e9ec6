// The engine's environment in Node: gradients, a backend, the site's files, data sets from a directory.
import './gradients';
import { existsSync, openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import type { FoundNetwork } from '../core/foundNetwork';
import { Session } from '../core/session';
import { type Dataset, DatasetFormatError } from '../data/dataset';
import type { NamedFile } from '../data/definition';
import { type DatasetId, datasets } from '../data/registry';
import { sha256 } from '../data/sha256';
import { chooseBackend } from '../engine/backend';
import { type Assets, findNetwork } from '../engine/checkpoints';
import type { BackendInfo, BackendName } from '../engine/protocol/opening';
import { readCheckpoint } from '../formats/checkpoint';
import { IMPORT_LIMITS } from '../formats/import/importer';
import { fieldsOf } from '../formats/import/json';
import { Pool } from '../pool/pool';
import type { NetworkId } from '../zoo/registry';
import { zooArchitecture } from '../zoo/registry';
import { spawnMember } from './members';
import { PUBLIC } from './packageFiles';
import { decodePicture, scalePicture } from './pictures';
import { filesIn, readJson, readPlain } from './reading';
import { UsageError } from './usageError';
import { installWebgpu } from './webgpu';
import { cardPath } from './writing';

/** Reads a file that comes with the program. */
export const assets: Assets = async (path) => {
  try {
    return new Uint8Array(await readFile(join(PUBLIC, path))).buffer;
  } catch (error) {
    throw new Error(`"${path}" of fewbits cannot be read: ${(error as Error).message}`);
  }
};

/** Opens the chosen backend; by default WebGPU on a real adapter if the `webgpu` package finds one, else wasm. */
export async function openBackend(forced: BackendName | undefined): Promise<BackendInfo> {
  if (forced === undefined || forced === 'webgpu')
    await installWebgpu().catch((error) => {
      if (forced !== 'webgpu') return;
      const isMissing = error.code === 'ERR_MODULE_NOT_FOUND';
      throw new Error(
        isMissing
          ? 'WebGPU in Node needs the package "webgpu": npm install --no-save webgpu.'
          : `WebGPU does not start: ${error.message}`,
      );
    });
  const onFault = (error: Error) => {
    console.error(`The backend failed: ${error.message}`);
    process.exit(1);
  };
  return chooseBackend({ ...(forced && { forced }), onFault });
}

/** Milliseconds of evaluation by one engine before a session starts others. */
const ALONE = 1000;

/** A session that caches nothing across policies, so that every speed is that of full passes; searches do cache. */
export const createSession = (): Session =>
  new Session({
    ...{ now: () => performance.now(), cacheBytes: 0, searchCacheBytes: 256e6 },
    pool: new Pool(spawnMember, { alone: ALONE }),
  });

/** The engines that a machine has room for: the largest power of two that is at most its cores, and at most 8. */
export const defaultWorkers = (cores = availableParallelism()): number =>
  2 ** Math.floor(Math.log2(Math.min(8, cores)));

/** Opens a data set in a session; data sets that are not embedded come from the files of `directory`. */
export async function openDataset(
  id: DatasetId,
  directory: string | undefined,
  seed: number,
  session = createSession(),
): Promise<Dataset> {
  let files: NamedFile[] = [];
  if (!datasets[id].embedded) {
    if (directory === undefined)
      throw new UsageError(`${datasets[id].label} needs --data DIR, the directory that holds its files.`);
    const paths = await filesIn(directory);
    // Paths start at the directory, as when dropped on the page: its parents are not class names.
    files = await Promise.all(
      paths.map(async (path) => ({ path: relative(directory, path), file: await openAsBlob(path) })),
    );
  }
  const { dataset } = await session
    .openDataset(id, {
      source: { kind: 'files', files },
      seed,
      assets,
      decode: async (file, size) => scalePicture(await decodePicture(new Uint8Array(await file.arrayBuffer())), size),
      signal: new AbortController().signal,
      report: () => {},
    })
    .catch((error: Error) => {
      throw error instanceof DatasetFormatError ? new UsageError(`--data "${directory}": ${error.message}`) : error;
    });
  // Reports the pictures left out; other data sets leave nothing out.
  if (id === 'folder') for (const note of dataset.notes ?? []) console.error(note);
  return dataset;
}

/** The shipped weights of a network on a data set, or those of a safetensors file. */
export async function openNetwork(
  id: NetworkId,
  datasetId: DatasetId,
  dataset: Dataset,
  file?: string,
): Promise<FoundNetwork> {
  if (file === undefined)
    return findNetwork(id, { ...dataset, id: datasetId }, assets, {
      get: async () => undefined,
      put: async () => ({ kept: false, reason: 'the headless runner keeps nothing' }),
      delete: async () => undefined,
    });
  const architecture = zooArchitecture(id, dataset.classes.length);
  const beside = cardPath(file);
  const card = fieldsOf(existsSync(beside) && beside !== file ? await readJson(beside) : {});
  const bytes = await readPlain(file, IMPORT_LIMITS.bytes);
  if (card.has('sha256') && card.get('sha256') !== (await sha256(bytes)))
    throw new Error(
      `"${file}" is damaged, or of another run than "${beside}": its SHA-256 is not the one stated there.`,
    );
  return {
    network: named(file, () => readCheckpoint(architecture, bytes)),
    checkpoint: { origin: 'trained', recipe: String(card.get('recipe') ?? file) },
  };
}

/** Prefixes a reader's error with the name of the file. */
function named<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`"${file}" cannot be used: ${(error as Error).message}`);
  }
}
