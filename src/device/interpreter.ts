// Runs an int8 or int16 .tflite file in integers, bit for bit as a device does.
import { readModel } from '../formats/import/tflite/model';
import { roundHalfToEven } from '../math/rounding';
import { inverseScale } from '../quant/uniformGrid';
import type { Codes } from './convolution';
import { prepare } from './operations';
import { gridOf } from './preparing';
import { clamp, type DeviceRounding } from './requantize';

/** A file that is ready to run. */
interface DeviceModel {
  /** Codes of an image [h, w, c] of floats, as the program around the network makes them. */
  encode(image: Float32Array): Codes;
  /** Codes of the scores [classes] for the codes of an image; `see` receives each operation's output by its name. */
  run(image: Codes, see?: (name: string, codes: Codes) => void): Codes;
  /** Scores from their codes. */
  decode(codes: Codes): Float32Array;
}

/** @throws DeviceError for what is not computed here, ImportError for a damaged file. */
export function deviceModel(bytes: Uint8Array, rounding: DeviceRounding): DeviceModel {
  const model = readModel({ name: 'the .tflite file', bytes });
  const [input, output] = [model.inputs[0], model.outputs[0]];
  const [image, scores] = [gridOf(model.tensors[input]), gridOf(model.tensors[output])];
  const steps = model.operations.map((operation) => ({ operation, run: prepare({ model, operation, rounding }) }));
  const inverse = inverseScale(image.scale);
  return {
    encode(numbers) {
      const codes = image.codes(numbers.length);
      numbers.forEach((v, i) => {
        codes[i] = clamp(roundHalfToEven(Math.fround(v * inverse)) + image.zero, image.low, image.high);
      });
      return codes;
    },
    run(codes, see) {
      const values: Codes[] = [];
      values[input] = codes;
      for (const { operation, run } of steps) {
        values[operation.outputs[0]] = run(values);
        see?.(operation.name, values[operation.outputs[0]]);
      }
      return values[output];
    },
    decode: (codes) => Float32Array.from(codes, (code) => scores.scale * (code - scores.zero)),
  };
}
