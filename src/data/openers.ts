// Opens each data set: from the site, from files, from a URL, or from the copy stored by an earlier visit. Data that was
// read and verified is stored for the next visit if the browser allows it.
import { createRng } from '../math/rng';
import { checkRecords, cifar10, cifarDataset } from './cifar10';
import { cifar100, cifar100Dataset } from './cifar100';
import { type CifarRecords, type CifarVersion, fetchCifarArchive, readCifarFiles } from './cifarFiles';
import { type Dataset, DatasetFormatError, DatasetMissingError } from './dataset';
import type { DataSource, OpenRequest } from './definition';
import { openEmoji10, spritesPath } from './emoji10';
import { type FolderImages, folderDataset, readFolder } from './folder';
import { join } from './gzip';
import { idxDataset, packIdx, unpackIdx } from './idx';
import { readIdxFiles } from './idxFiles';
import { type KeepOutcome, keep, recall } from './keptFiles';
import type { DatasetId } from './registry';
import { openWords12 } from './words12';

/** Emoji-10 from the site's artwork. Needs no source. */
async function openEmbeddedEmoji10({ assets, seed }: OpenRequest): Promise<Dataset> {
  return openEmoji10(await assets(spritesPath), { seed });
}

/** CIFAR-10 or CIFAR-100 from its archive, its unpacked files, a URL, or an earlier visit. */
async function openCifar(
  id: 'cifar10' | 'cifar100',
  version: CifarVersion,
  datasetOf: (records: Uint8Array<ArrayBuffer>, notes: readonly string[]) => Dataset,
  request: OpenRequest,
): Promise<Dataset> {
  const source = request.source ?? stored;
  if (source.kind === 'stored') {
    const copy = await recall(id);
    if (!copy) {
      const archive = version.archive.split('/').at(-1);
      throw new DatasetMissingError(
        `${version.label} is not in this browser yet. Drop ${archive}, or the folder it unpacks to, on this page.`,
      );
    }
    return datasetOf(copy.bytes, ['Kept from an earlier visit.']);
  }
  const { records, notes }: CifarRecords =
    source.kind === 'url'
      ? await fetchCifarArchive(source.url, request, version)
      : await readCifarFiles(source.files, request, version);
  return withOutcome(datasetOf(records, notes), await keep(id, {}, records));
}

/** Images and labels in IDX files, from chosen or dropped files or an earlier visit. */
async function openIdx(request: OpenRequest): Promise<Dataset> {
  const source = request.source ?? stored;
  if (source.kind === 'url')
    throw new DatasetMissingError('IDX files cannot be read from an address; drop them on this page.');
  if (source.kind === 'stored') {
    const copy = await recall('idx');
    if (!copy)
      throw new DatasetMissingError(
        'There are no IDX files in this browser yet. Drop the files of images and of labels on this page, e.g. those of MNIST.',
      );
    return idxDataset(unpackIdx(copy.facts, copy.bytes), request.seed);
  }
  const images = await readIdxFiles(source.files, request);
  const { facts, bytes } = packIdx(images);
  return withOutcome(idxDataset(images, request.seed), await keep('idx', facts, bytes));
}

/** Pictures by folder, from chosen or dropped files or an earlier visit. */
async function openFolder(request: OpenRequest): Promise<Dataset> {
  const source = request.source ?? stored;
  if (source.kind === 'url') {
    throw new DatasetMissingError('Pictures by folder cannot be read from an address; drop the folder on this page.');
  }
  if (source.kind === 'stored') {
    const copy = await recall('folder');
    if (!copy) throw new DatasetMissingError('No folder of pictures is in this browser yet. Drop one on this page.');
    return folderDataset(unpackFolder(copy.facts, copy.bytes), request.seed);
  }
  const images = await readFolder(source.files, request, createRng(request.seed));
  const bytes = join([images.labels, images.pixels], images.labels.length + images.pixels.length);
  const { classes, labels, height, width } = images;
  const facts: FolderFacts = { classes, count: labels.length, height, width };
  return withOutcome(folderDataset(images, request.seed), await keep('folder', facts, bytes));
}

/**
 * Opens each data set.
 * @throws DatasetFormatError when a file is not what it should be
 * @throws DatasetMissingError when there is nothing to open
 */
export const openers: Readonly<Record<DatasetId, (request: OpenRequest) => Promise<Dataset>>> = {
  emoji10: openEmbeddedEmoji10,
  words12: async ({ seed }) => openWords12({ seed }),
  cifar10: (request) =>
    openCifar(
      'cifar10',
      cifar10,
      (records, notes) => {
        checkRecords(records);
        return cifarDataset(records, notes);
      },
      request,
    ),
  cifar100: (request) => openCifar('cifar100', cifar100, cifar100Dataset, request),
  idx: openIdx,
  folder: openFolder,
};

const stored: DataSource = { kind: 'stored' };

interface FolderFacts {
  readonly classes: readonly string[];
  readonly count: number;
  /** Of each picture, in pixels; 32 in copies of earlier versions. */
  readonly height?: number;
  readonly width?: number;
}

/** The stored bytes are the labels followed by the pixels. */
function unpackFolder(facts: unknown, bytes: Uint8Array<ArrayBuffer>): FolderImages {
  const { classes, count, height = 32, width = 32 } = facts as FolderFacts;
  const labels = bytes.slice(0, count);
  if (bytes.length !== count * (1 + height * width * 3) || labels.some((label) => label >= classes.length)) {
    throw new DatasetFormatError('The stored folder of pictures is from another version. Drop the folder again.');
  }
  return { classes, labels, height, width, pixels: bytes.slice(count), notes: ['Kept from an earlier visit.'] };
}

function withOutcome(dataset: Dataset, outcome: KeepOutcome): Dataset {
  if (!outcome.kept) return { ...dataset, notKept: outcome.reason };
  return { ...dataset, notes: [...(dataset.notes ?? []), 'Kept in this browser for the next visit.'] };
}
