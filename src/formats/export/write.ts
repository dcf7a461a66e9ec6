// The writers of all exports.
import { inputRoundings } from '../../rounding/layers';
import { packNetwork } from '../packed';
import { writeProject } from '../project';
import { cSource } from './c/source';
import { type ExportContext, ExportError, type ExportedFile } from './context';
import { onnxBytes } from './onnxModel';
import { aiEdgeFile } from './policies/aiEdgeQuantizer';
import { brevitasProgram } from './policies/brevitas';
import { modeloptConfig } from './policies/modelopt';
import { writePolicyCsv, writePolicyJson } from './policyFile';
import { PYTHON_LOADER } from './pythonLoader';
import { qdqModel } from './qdq';
import { qonnxModel } from './qonnx';
import { type Export, type ExportId, type ExportOptions, exports } from './registry';
import { writeReport } from './report';
import { writeTfjsLayers } from './tfjsLayers';
import { tfliteModel } from './tflite/model';
import { tflmSources } from './tflite/sources';

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

/** The files of each export, the main one first. @throws ExportError for what the format cannot express. */
const writers: Readonly<
  Record<ExportId, (context: ExportContext, options?: ExportOptions) => readonly ExportedFile[]>
> = {
  onnx: (context, options) => [{ name: `${stem(context)}.onnx`, content: onnxBytes(qdqModel(context, options)) }],
  qonnx: (context, options) => [
    { name: `${stem(context)}.qonnx.onnx`, content: onnxBytes(qonnxModel(context, options)) },
  ],
  tflite: (context, options) => [{ name: `${stem(context)}.tflite`, ...tfliteModel(context, options) }],
  tflm: (context, options) => [{ name: `${stem(context)}.tflm.zip`, ...tflmSources(context, stem(context), options) }],
  c: (context) => [{ name: `${stem(context)}.h`, content: cSource(context, stem(context)) }],
  packed: (context) => [
    {
      name: `${stem(context)}.packed.safetensors`,
      content: bytes(packNetwork(context.network, context.policy, context.scheme, packedInputs(context))),
    },
    { name: 'load.py', content: PYTHON_LOADER },
  ],
  project: (context) => [{ name: `${stem(context)}.fewbits.safetensors`, content: bytes(writeProject(context)) }],
  tfjs: writeTfjsLayers,
  aiEdge: (context, options) => [{ name: `${stem(context)}.recipe.json`, content: aiEdgeFile(context, options) }],
  brevitas: (context) => [{ name: `${stem(context)}.brevitas.py`, content: brevitasProgram(context) }],
  modelopt: (context) => [{ name: `${stem(context)}.modelopt.py`, content: modeloptConfig(context) }],
  policy: (context) => [{ name: `${stem(context)}.policy.json`, content: writePolicyJson(context) }],
  csv: (context) => [{ name: `${stem(context)}.policy.csv`, content: writePolicyCsv(context) }],
  report: (context) => [{ name: `${stem(context)}.report.html`, content: writeReport(context) }],
};

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
  return writers[id](context, options);
}
