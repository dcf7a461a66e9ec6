// Reads images and labels in IDX files, the format of MNIST, Fashion-MNIST, KMNIST and EMNIST: two zero bytes, the type (8:
// bytes), the number of dimensions, each dimension as a big-endian uint32, and the bytes. Files may be gzipped.
// Reference: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", file formats.
import { DatasetFormatError } from './dataset';
import type { NamedFile, OpenRequest } from './definition';
import { gunzip, isGzip } from './gzip';
import type { IdxFiles, IdxImages } from './idx';

/** Limits, so that a wrong file gives an error message instead of a frozen page. */
const mostBytes = 2 ** 30;
const mostClasses = 100;
const sides = [4, 1024] as const;

/** A file of bytes with its dimensions. */
interface IdxFile {
  readonly name: string;
  readonly path: string;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

const layout =
  'Choose the files of images and of labels: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, ' +
  't10k-labels-idx1-ubyte, gzipped or not.';

/**
 * Reads pairs of files of images and labels. Other files are ignored.
 * @throws DatasetFormatError naming the file at fault, and how.
 */
export async function readIdxFiles(
  files: readonly NamedFile[],
  { signal, report }: Pick<OpenRequest, 'signal' | 'report'>,
): Promise<IdxFiles> {
  const found: IdxFile[] = [];
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let done = 0;
  for (const { path, file } of files) {
    signal.throwIfAborted();
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (file.size > mostBytes)
      throw new DatasetFormatError(`${name}: ${file.size} bytes are too many for a file of images.`);
    const packed = new Uint8Array(await file.arrayBuffer());
    const bytes = isGzip(packed) ? await gunzip(packed, mostBytes, name) : packed;
    if (bytes[0] === 0 && bytes[1] === 0 && bytes[3] >= 1 && bytes[3] <= 4) found.push(readIdx(name, path, bytes));
    done += file.size;
    report({ phase: 'Reading the images', done, total, unit: 'bytes' });
  }
  const pairs = pairsOf(found);
  const [train, test] = splitsOf(pairs);
  const [, height, width, channels = 1] = train.images.dims;
  for (const { images } of pairs)
    if (images.dims.slice(1).join() !== train.images.dims.slice(1).join())
      throw new DatasetFormatError(
        `${images.name} holds images of ${images.dims.slice(1).join(' x ')}, and ${train.images.name} of ` +
          `${train.images.dims.slice(1).join(' x ')}: these files do not belong together.`,
      );
  const first = Math.min(...train.labels.bytes);
  const classes = classesOf(pairs, first);
  const imagesOf = ({ images, labels }: Pair): IdxImages => ({
    pixels: images.bytes,
    labels: labels.bytes.map((label) => label - first),
  });
  const known = knownSet(train);
  return {
    label: known?.label ?? `IDX, ${classes.length} classes`,
    classes: known?.classes.length === classes.length ? known.classes : classes,
    ...{ height, width, channels: channels as 1 | 3 },
    train: imagesOf(train),
    ...(test && { test: imagesOf(test) }),
    notes: [`Read from ${pairs.map(({ images }) => images.name).join(' and ')}.`],
  };
}

/** @throws DatasetFormatError for a type other than bytes, impossible dimensions, or missing bytes. */
function readIdx(name: string, path: string, bytes: Uint8Array): IdxFile {
  if (bytes[2] !== 8)
    throw new DatasetFormatError(
      `${name}: its numbers are of IDX type 0x${bytes[2].toString(16).padStart(2, '0')}; bytes (0x08) can be read. Scale the ` +
        'numbers to 0 ... 255 and write them as bytes.',
    );
  const rank = bytes[3];
  const start = 4 + 4 * rank;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const dims = bytes.length < start ? [] : Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const size = dims.reduce((product, d) => product * d, 1);
  if (dims.length === 0 || bytes.length !== start + size) {
    const stated = dims.length === 0 ? `a header of ${start} bytes` : `${dims.join(' x ')} = ${size} bytes`;
    throw new DatasetFormatError(
      `${name}: its header states ${stated}, and ${Math.max(0, bytes.length - start)} follow. ` +
        `${bytes.length < start + size ? 'The file is cut short; download it again.' : 'The file is damaged or no IDX file.'}`,
    );
  }
  if (size === 0) throw new DatasetFormatError(`${name}: holds nothing (${dims.join(' x ')}).`);
  const [, height, width, channels = 1] = dims;
  if (
    rank === 2 ||
    (rank > 2 && ([height, width].some((d) => d < sides[0] || d > sides[1]) || ![1, 3].includes(channels)))
  )
    throw new DatasetFormatError(
      `${name}: its dimensions are ${dims.join(' x ')}. Images are count x height x width, from ${sides[0]} to ${sides[1]} ` +
        'pixels, with 3 as a fourth dimension if they are in color; labels are count alone.',
    );
  return { name, path, dims, bytes: bytes.subarray(start) };
}

interface Pair {
  readonly images: IdxFile;
  readonly labels: IdxFile;
}

/** Files of images with those of their labels: by name, or by the number of images if there is only one such file. */
function pairsOf(files: readonly IdxFile[]): readonly Pair[] {
  const images = files.filter(({ dims }) => dims.length > 1);
  const labels = files.filter(({ dims }) => dims.length === 1);
  if (images.length === 0 || labels.length === 0) {
    const what =
      images.length > 0 ? 'images without labels' : labels.length > 0 ? 'labels without images' : 'no IDX file';
    const names = files.map(({ name }) => name).join(', ');
    throw new DatasetFormatError(`There are ${what} among these files${names && ` (${names})`}. ${layout}`);
  }
  const stem = (name: string) =>
    name
      .toLowerCase()
      .replace(/\.gz$/, '')
      .replace(/images?|labels?|idx\d/g, '');
  return images.map((file) => {
    const named = labels.filter(({ name }) => stem(name) === stem(file.name));
    const counted = labels.filter(({ dims }) => dims[0] === file.dims[0]);
    const [match] = named.length === 1 ? named : counted.length === 1 ? counted : labels.length === 1 ? labels : [];
    if (match === undefined)
      throw new DatasetFormatError(
        `${file.name}: none of ${labels.map(({ name }) => name).join(', ')} is named like it. ${layout}`,
      );
    if (match.dims[0] !== file.dims[0])
      throw new DatasetFormatError(
        `${file.name} holds ${file.dims[0]} images, and ${match.name} ${match.dims[0]} labels. They do not belong together, or ` +
          'one of them is cut short.',
      );
    return { images: file, labels: match };
  });
}

/** The pair of training images, and that of test images if there is one. */
function splitsOf(pairs: readonly Pair[]): readonly [train: Pair, test?: Pair] {
  if (pairs.length === 1) return [pairs[0]];
  const isTest = ({ images: { path } }: Pair) => /t10k|test|valid|eval/i.test(path.slice(path.lastIndexOf('/') + 1));
  const tests = pairs.filter(isTest);
  const others = pairs.filter((pair) => !isTest(pair));
  if (tests.length === 1 && others.length === 1) return [others[0], tests[0]];
  if (pairs.length > 2)
    throw new DatasetFormatError(
      `There are ${pairs.length} files of images: ${pairs.map(({ images }) => images.name).join(', ')}. ${layout}`,
    );
  // Without names that tell, the larger one is for training.
  const [large, small] = [...pairs].sort((a, b) => b.images.dims[0] - a.images.dims[0]);
  return [large, small];
}

/** Names of the classes, the numbers of their labels. Labels may start at 0 or, as those of EMNIST's letters, at 1. */
function classesOf(pairs: readonly Pair[], first: number): readonly string[] {
  const last = pairs[0].labels.bytes.reduce((most, label) => Math.max(most, label), 0);
  const most = Math.max(last, ...pairs.map(({ labels }) => labels.bytes.reduce((a, b) => Math.max(a, b), 0)));
  for (const { labels } of pairs) {
    const at = labels.bytes.findIndex((label) => label >= mostClasses + first || label < first);
    if (at >= 0 || first > 1)
      throw new DatasetFormatError(
        `${labels.name}: label ${at >= 0 ? at : 0} is ${labels.bytes[Math.max(0, at)]}. Labels run from 0 or 1, for at most ` +
          `${mostClasses} classes; this is another kind of file, or damaged.`,
      );
  }
  if (most === first)
    throw new DatasetFormatError(`All labels are ${first}: there is one class, and two or more are needed.`);
  return Array.from({ length: most - first + 1 }, (_, i) => String(i + first));
}

/** Data sets that are known by the labels of their first training images, or by their path. */
const KNOWN = [
  { label: 'MNIST', first: '5041921314', classes: [...'0123456789'] },
  {
    label: 'Fashion-MNIST',
    first: '9003027255',
    classes: 'T-shirt,trousers,pullover,dress,coat,sandal,shirt,sneaker,bag,ankle boot'.split(','),
  },
  { label: 'KMNIST', path: /kmnist|kuzushiji/i, classes: 'o,ki,su,tsu,na,ha,ma,ya,re,wo'.split(',') },
];

function knownSet({ images, labels }: Pair) {
  const start = labels.bytes.subarray(0, 10).join('');
  return KNOWN.find(({ first, path }) => first === start || path?.test(images.path));
}
