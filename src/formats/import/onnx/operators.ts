// All known ONNX operations. To support another one, add a line to the table of its family, beside its function; a new
// family is a file with a table, and a line here.
import { refuse } from '../refusal';
import { ACTIVATIONS } from './activations';
import { CONSTANT_MATH } from './constantMath';
import { CONSTANTS } from './constants';
import { ELEMENTWISE } from './elementwise';
import { LAYERS } from './layers';
import type { OnnxNode } from './model';
import { EXPORT_WITHOUT } from './nextSteps';
import type { Operator } from './operator';
import { POOLING } from './pooling';
import { QUANTIZATION } from './quantizeNodes';
import { REFUSED } from './refused';
import { RESHAPING } from './reshaping';
import { SCALING } from './scaling';
import { QUANT_DOMAINS } from './weightCodes';

const FAMILIES = [
  ...[LAYERS, SCALING, ACTIVATIONS, ELEMENTWISE, POOLING, RESHAPING, QUANTIZATION],
  ...[CONSTANTS, CONSTANT_MATH, REFUSED],
];

const UNKNOWN = { refusal: ['The page does not have this operation.', EXPORT_WITHOUT] } as const;

const OPERATORS = new Map<string, Operator & Required<Pick<Operator, 'refusal'>>>();
for (const family of FAMILIES)
  for (const [op, operator] of Object.entries(family))
    OPERATORS.set(op, { ...UNKNOWN, ...OPERATORS.get(op), ...operator });

/** The definition of an operation; for any other, the refusal. */
export const operatorOf = (op: string) => OPERATORS.get(op) ?? (UNKNOWN as Operator & typeof UNKNOWN);

/** Supported QONNX quantizers. */
const QUANTIZERS: ReadonlySet<string> = new Set(['Quant', 'IntQuant', 'BipolarQuant']);
/** Unsupported ones. */
const OTHER_QUANTIZERS: ReadonlySet<string> = new Set(['Trunc', 'FloatQuant', 'MultiThreshold']);

/** True for ONNX operations, and for known operations of other domains. */
export function isKnownDomain({ domain, op }: OnnxNode): boolean {
  return domain === '' || (QUANT_DOMAINS.has(domain) && QUANTIZERS.has(op));
}

/** Refuses an operation of a domain other than ONNX's own. */
export function refuseDomain({ op, domain }: OnnxNode): never {
  if (/qonnx|brevitas|finn/.test(domain) && OTHER_QUANTIZERS.has(op))
    refuse('It is a quantizer of QONNX that the page does not have.', 'Export the float network, or with Quant nodes.');
  if (/finn/.test(domain))
    refuse(
      `It is an operation of FINN ("${domain}"), which stands for hardware.`,
      'Drop the ONNX file from before FINN changed it.',
    );
  if (domain === 'com.microsoft')
    refuse(
      'It is an operation of ONNX Runtime alone, which its optimizer or quantizer puts in.',
      'Drop the ONNX file from before that.',
    );
  refuse(`It is no operation of ONNX but of "${domain}".`, 'Export with the operations of ONNX alone.');
}
