// Images as plain numbers: `{"shape": [n, h, w, c], "values": [...]}`, row-major, channels last, which a network reads
// without preprocessing. So other programs can read the same input for comparison.
import { readJson } from '../node/reading';
import { UsageError } from '../node/usageError';

/** Images as network input: `values` of `[n, h, w, c]`. */
export interface PlainImages {
  readonly shape: readonly [n: number, h: number, w: number, c: number];
  readonly values: Float32Array;
}

/** Thrown for unusable images. The message says what is wrong, where, and how to fix the problem. */
export class ImagesError extends UsageError {}

/** Size limit, so that an endless file (a device) or one beyond the string limit is refused before reading. */
const MOST_BYTES = 400_000_000;

const FORM = 'Write {"shape": [n, h, w, c], "values": [n * h * w * c numbers]}, rows first, channels innermost.';

/**
 * Reads and checks the images of a file for a network with input shape `input` [h, w, c].
 * @throws ImagesError
 */
export async function readImagesJson(path: string, input: readonly number[]): Promise<PlainImages> {
  const parsed = await readJson(path, MOST_BYTES).catch((error) => {
    throw new ImagesError(`${error.message} ${FORM}`);
  });
  return checkImages(parsed, path, input);
}

/** @throws ImagesError naming `path` and the fault. */
function checkImages(parsed: unknown, path: string, input: readonly number[]): PlainImages {
  const { shape, values } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<string, unknown>;
  if (!Array.isArray(shape) || !Array.isArray(values))
    throw new ImagesError(
      `"${path}" holds no images: ${Array.isArray(shape) ? '"values"' : '"shape"'} is not a list. ${FORM}`,
    );
  const whole = shape.every((d) => Number.isSafeInteger(d) && d > 0);
  if (shape.length !== 4 || !whole)
    throw new ImagesError(
      `"${path}": "shape" is ${quoted(shape)}; it should be four whole numbers of at least 1, [n, h, w, c]. ${FORM}`,
    );
  const [n, ...image] = shape as number[];
  if (image.join() !== input.join()) {
    const turned = [image[1], image[2], image[0]].join() === input.join();
    throw new ImagesError(
      `"${path}": the images are ${quoted(image)}, and the network reads ${quoted(input)} (height, width, channels). ${
        turned ? 'The channels come first here; put them last, in the values too.' : 'Make them of its size.'
      }`,
    );
  }
  const size = shape.reduce((product, d) => product * d, 1);
  if (values.length !== size)
    throw new ImagesError(
      `"${path}": "values" has ${values.length} numbers, and "shape" ${quoted(shape)} asks for ${size}. ${
        Array.isArray(values[0]) ? 'Write them as one flat list.' : FORM
      }`,
    );
  const numbers = Float32Array.from(values, (value) => (typeof value === 'number' ? value : Number.NaN));
  const bad = numbers.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const [image, inside] = [Math.floor(bad / (size / n)), bad % (size / n)];
    throw new ImagesError(
      `"${path}": "values" holds ${quoted(values[bad])} at index ${bad} (image ${image}, number ${inside} of it); each should be a finite number of 32 bits. JSON has no NaN or Infinity: look where it comes from.`,
    );
  }
  return { shape: [n, image[0], image[1], image[2]], values: numbers };
}

/** A value as JSON, cut to 200 characters. */
function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
