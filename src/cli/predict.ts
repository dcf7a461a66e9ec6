// `predict`: the logits of a model file for given images, as numbers or as pictures, under the file's stated rounding or
// another one.
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { luminance, normalizedBytes, standardize } from '../data/batch';
import type { Normalization } from '../data/dataset';
import { PictureError } from '../data/definition';
import { fitDataset } from '../data/fit';
import { forChannels } from '../data/normalizations';
import { datasets } from '../data/registry';
import type { Inspection } from '../formats/import/importer';
import { withoutSoftmax } from '../graph/adapt';
import { foldBatchNorms } from '../graph/folding';
import { type Architecture, type InputNode, layersOf, type Network } from '../graph/network';
import { type BitPolicy, checkPolicy, FLOAT } from '../graph/policy';
import { Inference } from '../nn/inference';
import { inspectModel, networkIn, statedIn } from '../node/models';
import { decodePicture, type Picture, scalePicture } from '../node/pictures';
import { openBackend, openDataset } from '../node/surroundings';
import { UsageError } from '../node/usageError';
import { CALIBRATION } from '../options/calibration';
import { TRAINING } from '../options/training';
import type { Rounding } from '../rounding/rounding';
import { calibrateAs, calibrateOn, type ImageSource, rangesFor } from '../train/calibrate';
import { calibrationImages } from './calibrationFlags';
import { choice, flags, optionFlag, positionals, readScheme } from './flags';
import { ImagesError, type PlainImages, readImagesJson } from './imagesJson';
import { readNormalization } from './model';
import { readPolicy } from './policies';

/** Input numbers on the device at a time. */
const BATCH_NUMBERS = 64 * 32 * 32 * 3;

/** The output for one picture. */
interface Prediction {
  readonly image: string;
  readonly class: number;
  /** If the file names its classes. */
  readonly name?: string;
  /** By softmax of the logits. */
  readonly probability: number;
}

/** `predict`: prints and returns the logits, one list per image. */
export async function runPredict() {
  if (flags.model === undefined) throw new UsageError('--model is missing: the file of the network that predicts.');
  const json = flags['images-json'];
  const pictures = [flags.images, ...positionals.slice(1)].filter((path) => path !== undefined);
  if ((json === undefined) === (pictures.length === 0))
    throw new UsageError('predict needs --images-json FILE (numbers) or --images FILE ... (pictures), one of both.');
  const inspection = await inspectModel(flags.model);
  const whole = withoutSoftmax(networkIn(inspection, flags.model));
  const network = optionFlag(CALIBRATION.batchNorm, 'keep') === 'fold' ? foldBatchNorms(whole) : whole;
  const { shape } = network.nodes[0] as InputNode;
  const paths = json === undefined ? await picturesIn(pictures) : [];
  const images = json === undefined ? await readPictures(paths, shape, inspection) : await readImagesJson(json, shape);
  const forced = flags.backend && choice('backend', { wasm: 1, webgpu: 1, cpu: 1 });
  const { name: backend } = await openBackend(forced || undefined);
  const { name, ...rounding } = await roundingFor(network, inspection, images);
  const logits = await logitsOf(network, rounding, images);
  // Changes by the reader may make other programs give different outputs.
  for (const note of inspection.notes) console.error(`note: ${note}`);
  const predictions = paths.map((path, i) => predictionOf(path, logits[i], inspection.classes));
  for (const { image, class: index, name: label = `class ${index}`, probability } of predictions)
    console.log(`${image}: ${label}, ${(100 * probability).toFixed(1)} %`);
  if (flags.json === undefined && json !== undefined) console.log(JSON.stringify({ logits }));
  return {
    model: flags.model,
    format: inspection.format,
    policyName: name,
    policy: rounding.policy,
    ...rounding.scheme,
    backend,
    notes: inspection.notes,
    logits,
    ...(predictions.length > 0 && { predictions }),
  };
}

/** The policy with its ranges: the file's own if stated, otherwise measured. */
async function roundingFor(
  network: Network,
  inspection: Inspection,
  images: PlainImages,
): Promise<Rounding & { readonly name: string }> {
  const stated = statedIn(inspection);
  const name = flags.policy ?? (stated && flags.quantizer === undefined ? 'file' : 'float');
  const ofFile = name === 'file' ? stated : undefined;
  if (name === 'file' && (ofFile === undefined || flags.quantizer !== undefined))
    throw new UsageError(
      ofFile === undefined
        ? '--policy file: this file does not say how it is rounded; say float or uniform:4, for example.'
        : '--policy file comes with the quantizer of the file; leave out --quantizer.',
    );
  const policy = ofFile?.policy ?? listedPolicy(name, network) ?? (await readPolicy(name, network));
  const scheme = ofFile?.scheme ?? readScheme();
  const known = ofFile?.ranges ?? new Map();
  const missing = layersOf(network).some(({ id }) => policy[id].activations !== FLOAT && !known.has(id));
  const measured = () => (missing ? rangesOn(network, policy, inspection, images) : Promise.resolve([]));
  const ranges =
    ofFile && !missing
      ? known
      : await rangesFor(policy, scheme, async () => new Map([...(await measured()), ...known]));
  return { name, policy, scheme, ranges };
}

/** `8,4,4/8`: weight bits per layer, and activation bits if they differ; otherwise undefined. */
export function listedPolicy(text: string, architecture: Architecture): BitPolicy | undefined {
  if (!/^\d+(\/\d+)?(,\d+(\/\d+)?)*$/.test(text)) return undefined;
  const layers = layersOf(architecture);
  const given = text.split(',');
  if (given.length !== layers.length)
    throw new UsageError(
      `--policy ${text} has ${given.length} widths, and the network ${layers.length} layers: ${layers.map(({ id }) => id).join(', ')}. Say one for each, or uniform:W.`,
    );
  const image = architecture.nodes[0].id;
  const entries = layers.map(({ id, inputs }, i) => {
    const [weights, activations = inputs[0] === image ? FLOAT : Math.max(2, weights)] = given[i].split('/').map(Number);
    return [id, { weights, activations: flags['weights-only'] ? FLOAT : activations }];
  });
  return checkPolicy(architecture, Object.fromEntries(entries));
}

/** Activation ranges on the training images of `--dataset`, or on the given images. */
async function rangesOn(network: Network, policy: BitPolicy, inspection: Inspection, images: PlainImages) {
  const range = optionFlag(CALIBRATION.range, 'minMax');
  if (flags.dataset === undefined) {
    console.error('Ranges of activations are those of these images; --dataset ID measures them on training images.');
    return calibrateOn(range, network, sourceOf(images), policy);
  }
  const opened = await openDataset(choice('dataset', datasets), flags.data, optionFlag(TRAINING.seed, 1));
  const [, height, width, channels] = images.shape;
  if (channels !== 3 && channels !== 1)
    throw new UsageError(`Images of --dataset have 3 colors or 1 gray, and the network reads ${channels} channels.`);
  const normalization = normalizationFor(inspection, channels);
  const dataset = fitDataset(opened, { height, width, normalization });
  return calibrateAs(range, network, dataset, calibrationImages(), policy);
}

function sourceOf({ shape: [length, h, w, c], values }: PlainImages): ImageSource {
  const size = h * w * c;
  const batch: ImageSource['batch'] = (from, count) =>
    tf.tensor4d(values.subarray(from * size, (from + count) * size), [count, h, w, c]);
  return { length, batch };
}

/** Logits of each image. @throws Error if a logit is not finite. */
async function logitsOf(network: Network, { policy, scheme, ranges }: Rounding, images: PlainImages) {
  const { length, batch } = sourceOf(images);
  const step = Math.max(1, Math.floor((BATCH_NUMBERS * length) / images.values.length));
  const model = new Inference(network);
  model.configure({ policy, scheme, ranges });
  const rows: number[][] = [];
  for (let from = 0; from < length; from += step) {
    const count = Math.min(step, length - from);
    const { logits } = model.run(() => batch(from, count));
    const values = Array.from(await logits.data());
    logits.dispose();
    for (let i = 0; i < count; i++)
      rows.push(values.slice((i * values.length) / count, ((i + 1) * values.length) / count));
  }
  model.dispose();
  const bad = rows.findIndex((row) => !row.every(Number.isFinite));
  if (bad >= 0)
    throw new Error(
      `The network answers image ${bad} with a number that is not finite. Look at the size of its numbers: are they what the network was trained on?`,
    );
  return rows;
}

function predictionOf(image: string, logits: readonly number[], classes: Inspection['classes']): Prediction {
  const top = Math.max(...logits);
  const index = logits.indexOf(top);
  const probability = 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
  const name = classes?.[index];
  return { image, class: index, ...(name !== undefined && { name }), probability };
}

/** The named pictures, and those in the named folders. */
async function picturesIn(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const entry = await stat(path).catch(() => undefined);
      if (entry === undefined) throw new ImagesError(`"${path}" is not a file or folder that can be read.`);
      if (!entry.isDirectory()) {
        if (!entry.isFile()) throw new ImagesError(`"${path}" is not a regular file. Save the picture as one.`);
        return [path];
      }
      const names = (await readdir(path, { recursive: true, withFileTypes: true }))
        .filter((file) => file.isFile() && /^\.(png|jpe?g)$/i.test(extname(file.name)))
        .map((file) => join(file.parentPath, file.name));
      if (names.length === 0)
        throw new ImagesError(`"${path}" holds no PNG or JPEG. Name the pictures, or their folder.`);
      return names.sort();
    }),
  );
  return found.flat();
}

/** The preprocessing of pictures, by `--normalize` or by the file. */
function normalizationFor({ setting }: Inspection, channels: number): Normalization {
  const normalization = readNormalization() ?? (setting?.normalization as Normalization | undefined);
  if (normalization === undefined)
    throw new UsageError(
      'The file does not say how it wants its pictures; say --normalize none (0 to 1), 0-255, -1-1, cifar, imagenet or MEAN/STD.',
    );
  return forChannels(normalization, channels);
}

/** Pictures as network input: scaled to the input size, transparent parts white, then normalized. */
async function readPictures(paths: readonly string[], input: InputNode['shape'], inspection: Inspection) {
  const [height, width, channels] = input;
  if (channels !== 3 && channels !== 1)
    throw new UsageError(`The network reads ${channels} channels, and pictures have 1 or 3. Use --images-json.`);
  const normalization = normalizationFor(inspection, channels);
  const table = normalizedBytes(normalization);
  const values = new Float32Array(paths.length * height * width * channels);
  let at = 0;
  for (const path of paths) {
    const picture = await decodePicture(new Uint8Array(await readFile(path))).catch((error): Picture => {
      if (error instanceof PictureError) throw new ImagesError(`"${path}" cannot be read (${error.message}).`);
      throw error;
    });
    const rgba = scalePicture(picture, { height, width });
    for (let from = 0; from < rgba.length; from += 4) {
      const alpha = rgba[from + 3];
      const [r, g, b] = [0, 1, 2].map((c) => Math.round((rgba[from + c] * alpha + 255 * (255 - alpha)) / 255));
      if (channels === 1) values[at++] = table[luminance(r, g, b)];
      else for (const [c, byte] of [r, g, b].entries()) values[at++] = table[c * 256 + byte];
    }
    if (normalization.perImage) standardize(values.subarray(at - height * width * channels, at));
  }
  return { shape: [paths.length, ...input], values } as const satisfies PlainImages;
}
