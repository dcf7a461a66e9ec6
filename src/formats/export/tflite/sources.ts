// A .tflite file as C++ sources for TensorFlow Lite for Microcontrollers, in a zip: the file as an array, what it needs, and a
// program that runs it. Reference: tflite-micro, tensorflow/lite/micro/tools/generate_cc_arrays.py.
import { strToU8, zipSync } from 'fflate';
import { readModel, type TfliteTensor, typeName } from '../../import/tflite/model';
import { arenaBytes, type Kernels, tableBytes } from '../../tfliteArena';
import { type ExportContext, ExportError, facts } from '../context';
import { type TfliteOptions, tfliteModel } from './model';

const KERNELS: Readonly<Record<Kernels, string>> = {
  reference: 'reference kernels and ESP-NN',
  dsp: 'CMSIS-NN on M4, M7 and M33',
  mve: 'CMSIS-NN on M55 and M85',
};
/** What an arena is larger than computed, because tables depend on the version of the interpreter. */
const SPARE = 1.05;
const KB = 1024;

/** The name of an operation's registration: `CONV_2D` is `Conv2D`. */
const registered = (op: string) =>
  op
    .split('_')
    .map((part) => (part === '2D' ? part : part[0] + part.slice(1).toLowerCase()))
    .join('');

function described({ shape, type, grid }: TfliteTensor): string {
  const levels = grid ? `, number = ${grid.scales[0]} * (code - ${grid.zeros[0]})` : '';
  return `${typeName(type)} [${shape.join(', ')}]${levels}`;
}

/** Bytes of the arena that the program reserves, and what they are made of. */
function arenaOf(file: Uint8Array) {
  const tables = tableBytes(file);
  const kinds = Object.keys(KERNELS) as Kernels[];
  const plans = kinds.map((kernels) => ({ kernels, bytes: arenaBytes(file, kernels) }));
  const most = Math.max(...plans.map(({ bytes }) => bytes));
  return { tables, plans, bytes: KB * Math.ceil(((most + tables) * SPARE) / KB) };
}

/** The sources as a zip, with what is not as the page rounds it. @throws ExportError for what TFLM does not run. */
export function tflmSources(context: ExportContext, stem: string, options: TfliteOptions = {}) {
  const { content, losses } = tfliteModel(context, options);
  const { tensors, operations, inputs, outputs } = readModel({ name: stem, bytes: content });
  const ops = [...new Set(operations.map(({ op }) => op))];
  const weightsOnly = operations.find(({ op, inputs: [x] }) => op === 'DEQUANTIZE' && tensors[x as number].data);
  if (weightsOnly)
    throw new ExportError(
      `TensorFlow Lite for Microcontrollers does not multiply floats by rounded weights ("${weightsOnly.name}"): give layers activations of 8 bits, or leave weights in float, too.`,
    );
  const name = stem.replaceAll('-', '_');
  const { tables, plans, bytes } = arenaOf(content);
  const [image, scores] = [tensors[inputs[0]], tensors[outputs[0]]];
  const stated = [...facts(context)].map(([key, text]) => `//   ${key}: ${text.replaceAll('\n', ' ')}`).join('\n');
  const [mean, std] = [context.normalization.mean, context.normalization.std].map((values) => values.join(', '));
  const header = `// ${context.network.name} for TensorFlow Lite for Microcontrollers, by fewbits ${context.provenance.version}.
// Input: ${described(image)}; numbers are (p - mean) / std of pixels from 0 to 1,
// with the mean ${mean} and std ${std} of each channel${context.normalization.perImage ? ', and the image then standardized by itself' : ''}.
// Output: ${described(scores)}; ${context.classes.length} classes.
${stated}
#pragma once
#include <cstddef>
#include <cstdint>

extern const unsigned char g_${name}_model_data[];
constexpr size_t g_${name}_model_data_size = ${content.length};

// Working memory: ${plans.map(({ kernels, bytes: plan }) => `${plan} bytes with ${KERNELS[kernels]}`).join(', ')},
// and about ${tables} for the interpreter's tables. MicroInterpreter::arena_used_bytes() is what is used.
constexpr size_t k_${name}_arena_size = ${bytes};
`;
  const rows = Array.from({ length: Math.ceil(content.length / 16) }, (_, i) =>
    Array.from(content.subarray(16 * i, 16 * i + 16), (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', '),
  );
  const source = `#include "${name}_model_data.h"

// Kernels read weights in place, at multiples of 16 bytes.
alignas(16) const unsigned char g_${name}_model_data[] = {
  ${rows.join(',\n  ')}
};
`;
  const isFloat = typeName(image.type) === 'FLOAT32';
  const {
    scales: [scale],
    zeros: [zero],
  } = image.grid ?? { scales: [1], zeros: [0] };
  const [low, high] = typeName(image.type) === 'INT16' ? [-32768, 32767] : [-128, 127];
  const element = isFloat ? 'float' : typeName(image.type) === 'INT16' ? 'int16_t' : 'int8_t';
  const coded = `static ${element} Code(float number) {
  const float code = nearbyintf(number * static_cast<float>(1.0 / ${scale})) + ${zero};
  return static_cast<${element}>(code < ${low} ? ${low} : code > ${high} ? ${high} : code);
}

`;
  const main = `// Runs the network once, on an image of zeros. Built with tflite-micro, whose headers it includes.
#include <cmath>

#include "${name}_model_data.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/schema/schema_generated.h"

alignas(16) static uint8_t arena[k_${name}_arena_size];

${isFloat ? '' : coded}int main() {
  const tflite::Model* model = tflite::GetModel(g_${name}_model_data);
  if (model->version() != TFLITE_SCHEMA_VERSION) return 1;
  static tflite::MicroMutableOpResolver<${ops.length}> resolver;
${ops.map((op) => `  if (resolver.Add${registered(op)}() != kTfLiteOk) return 2;`).join('\n')}
  static tflite::MicroInterpreter interpreter(model, resolver, arena, sizeof(arena));
  if (interpreter.AllocateTensors() != kTfLiteOk) return 3;
  MicroPrintf("working memory: %d bytes", static_cast<int>(interpreter.arena_used_bytes()));
  ${element}* image = interpreter.typed_input_tensor<${element}>(0);
  for (int i = 0; i < ${image.shape.reduce((product, d) => product * d, 1)}; ++i) image[i] = ${isFloat ? '0.0f' : 'Code(0.0f)'};
  if (interpreter.Invoke() != kTfLiteOk) return 4;
  const ${element}* scores = interpreter.typed_output_tensor<${element}>(0);
  for (int i = 0; i < ${scores.shape.reduce((product, d) => product * d, 1)}; ++i) MicroPrintf("%d: %${isFloat ? 'f' : 'd'}", i, ${isFloat ? 'static_cast<double>(scores[i])' : 'scores[i]'});
  return 0;
}
`;
  const files = { [`${name}_model_data.h`]: header, [`${name}_model_data.cc`]: source, 'main.cc': main };
  const entries = Object.entries(files).map(([path, text]) => [path, strToU8(text)]);
  // The same date for the same files.
  const zip = zipSync(Object.fromEntries(entries), { level: 6, mtime: new Date(1980, 0, 1) });
  return { content: zip as Uint8Array<ArrayBuffer>, losses };
}
