// Every export, for menus and the command line. Their writers, which only the engine needs, are in write.ts. To add one:
// write it in a file beside this one, context in and files out, and list it here and there.
import type { EXPORTING } from '../../options/exporting';
import type { ValuesOf } from '../../options/fields';

/** Options of some exports (options/exporting.ts). */
export type ExportOptions = Partial<ValuesOf<typeof EXPORTING>>;

export interface Export {
  /** Name on the page. */
  readonly label: string;
  /** What it is for, in one plain sentence. */
  readonly summary: string;
  /** The options it supports. */
  readonly options?: readonly (keyof ExportOptions)[];
  /** Names of additional files. */
  readonly beside?: readonly string[];
}

/**
 * The formats of exports, by id.
 *
 * @example
 * for (const [id, { label, summary }] of Object.entries(exportFormats)) console.log(id, label, summary);
 */
export const exports = {
  onnx: {
    label: 'ONNX',
    summary: 'Runs in ONNX Runtime and other ONNX tools. Weights are stored as integers.',
    options: ['int2', 'scalesInside'],
  },
  qonnx: {
    label: 'QONNX',
    summary: 'For FPGA tools (FINN, hls4ml): any bit width, written as Quant nodes.',
    options: ['runnable', 'scalesInside'],
  },
  tflite: {
    label: 'TensorFlow Lite',
    summary: 'For phones and microcontrollers (LiteRT): integers of 8 bits, weights of up to 4 bits in half the space.',
    options: ['int16', 'floatEnds'],
  },
  tflm: {
    label: 'TensorFlow Lite for Microcontrollers',
    summary:
      'The .tflite file as C++ sources in a zip: array, working memory, the operations to register, and an example.',
    options: ['int16', 'floatEnds'],
  },
  c: {
    label: 'C source',
    summary:
      'For any microcontroller: one C99 file without dependencies, weights of 1 to 8 bits packed, results as here.',
  },
  packed: {
    label: 'Packed safetensors',
    summary: 'Bit-packed weights, scales and biases: exactly the size shown here. Includes a Python loader.',
    beside: ['load.py'],
  },
  project: {
    label: 'Project',
    summary: 'Project file: reopen it here and continue. Float weights, architecture, bits, ranges and measurements.',
  },
  tfjs: {
    label: 'TensorFlow.js',
    summary: 'For web pages: a LayersModel with the quantized weights stored as floats; activations stay float.',
    beside: ['weights.bin'],
  },
  aiEdge: {
    label: 'AI Edge Quantizer',
    summary: 'A recipe with these bits, for the float .tflite file: weights of up to 4 bits as 4, others as 8.',
    options: ['int16'],
  },
  brevitas: {
    label: 'Brevitas',
    summary: 'A Python program that puts quantized layers with these bits into a PyTorch model, to train it on.',
  },
  modelopt: {
    label: 'NVIDIA Model Optimizer',
    summary: 'A configuration in Python that rounds the layers of a PyTorch model to these bits, around zero.',
  },
  policy: {
    label: 'Bit widths (JSON)',
    summary: 'The bits of every layer with their measurements; can be reopened here.',
  },
  csv: {
    label: 'Bit widths (CSV)',
    summary: 'The bits of every layer as a spreadsheet table.',
  },
  report: {
    label: 'Report (HTML)',
    summary: 'Everything on one page to read, print or share: accuracy, model size, bits, ranges, seeds.',
  },
} as const satisfies Readonly<Record<string, Export>>;

export type ExportId = keyof typeof exports;
