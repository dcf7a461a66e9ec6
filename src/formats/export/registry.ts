// Every export, for menus and the command line. To add one: write it in a file beside this one, context in and files
// out, and list it here.
import type { EXPORTING } from '../../options/exporting';
import type { ValuesOf } from '../../options/fields';
import { inputRoundings } from '../../rounding/layers';
import { packNetwork } from '../packed';
import { writeProject } from '../project';
import { type ExportContext, ExportError, type ExportedFile } from './context';
import { onnxBytes } from './onnxModel';
import { writePolicyCsv, writePolicyJson } from './policyFile';
import { PYTHON_LOADER } from './pythonLoader';
import { qdqModel } from './qdq';
import { qonnxModel } from './qonnx';
import { writeReport } from './report';
import { writeTfjsLayers } from './tfjsLayers';

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
  /** The files, the main one first. @throws ExportError for what the format cannot express. */
  write(context: ExportContext, options?: ExportOptions): readonly ExportedFile[];
}

/** `<network>-<data set>` in letters, digits and dashes, which every file system accepts. */
function stem({ network, provenance }: ExportContext): string {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40);
  return [network.name, provenance.dataset].map(plain).filter(Boolean).join('-') || 'network';
}

const bytes = (content: Uint8Array): Uint8Array<ArrayBuffer> => content as Uint8Array<ArrayBuffer>;

/** Scale and offset of layer inputs; block floating point has none. */
function packedInputs(context: ExportContext) {
  return new Map(
    [...inputRoundings(context.network, context)].flatMap(([layer, rounding]) =>
      rounding.quantizer === 'bfp' ? [] : [[layer, rounding.grid] as const],
    ),
  );
}

export const exports = {
  onnx: {
    label: 'ONNX',
    summary: 'Runs in ONNX Runtime and other ONNX tools. Weights are stored as integers.',
    options: ['int2', 'scalesInside'],
    write: (context, options) => [{ name: `${stem(context)}.onnx`, content: onnxBytes(qdqModel(context, options)) }],
  },
  qonnx: {
    label: 'QONNX',
    summary: 'For FPGA tools (FINN, hls4ml): any bit width, written as Quant nodes.',
    options: ['runnable', 'scalesInside'],
    write: (context, options) => [
      { name: `${stem(context)}.qonnx.onnx`, content: onnxBytes(qonnxModel(context, options)) },
    ],
  },
  packed: {
    label: 'Packed safetensors',
    summary: 'Bit-packed weights, scales and biases: exactly the size shown here. Includes a Python loader.',
    beside: ['load.py'],
    write: (context) => [
      {
        name: `${stem(context)}.packed.safetensors`,
        content: bytes(packNetwork(context.network, context.policy, context.scheme, packedInputs(context))),
      },
      { name: 'load.py', content: PYTHON_LOADER },
    ],
  },
  project: {
    label: 'Project',
    summary: 'Project file: reopen it here and continue. Float weights, architecture, bits, ranges and measurements.',
    write: (context) => [{ name: `${stem(context)}.fewbits.safetensors`, content: bytes(writeProject(context)) }],
  },
  tfjs: {
    label: 'TensorFlow.js',
    summary: 'For web pages: a LayersModel with the quantized weights stored as floats; activations stay float.',
    beside: ['weights.bin'],
    write: writeTfjsLayers,
  },
  policy: {
    label: 'Bit widths (JSON)',
    summary: 'The bits of every layer with their measurements; can be reopened here.',
    write: (context) => [{ name: `${stem(context)}.policy.json`, content: writePolicyJson(context) }],
  },
  csv: {
    label: 'Bit widths (CSV)',
    summary: 'The bits of every layer as a spreadsheet table.',
    write: (context) => [{ name: `${stem(context)}.policy.csv`, content: writePolicyCsv(context) }],
  },
  report: {
    label: 'Report (HTML)',
    summary: 'Everything on one page to read, print or share: accuracy, model size, bits, ranges, seeds.',
    write: (context) => [{ name: `${stem(context)}.report.html`, content: writeReport(context) }],
  },
} as const satisfies Readonly<Record<string, Export>>;

export type ExportId = keyof typeof exports;

/**
 * The files of an export.
 * @throws ExportError for an option that the export does not have, and for what its format cannot express.
 */
export function writeExport(
  id: ExportId,
  context: ExportContext,
  options: ExportOptions = {},
): readonly ExportedFile[] {
  const entry: Export = exports[id];
  for (const [name, wanted] of Object.entries(options))
    if (wanted && !entry.options?.includes(name as keyof ExportOptions))
      throw new ExportError(`${entry.label} has no option "${name}".`);
  return entry.write(context, options);
}
