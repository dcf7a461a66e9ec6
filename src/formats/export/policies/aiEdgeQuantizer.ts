// A policy as a recipe of AI Edge Quantizer, which rounds a float .tflite file: rules in JSON, of which the last that matches an
// operation counts. Reference: google-ai-edge/ai-edge-quantizer 0.10.0, recipe_manager.py (`OpQuantizationRecipe`), qtyping.py
// (`OpQuantizationConfig`) and default_policy.py, which lists what its runtime executes.
import { FLOAT, isRounded, uniformPolicy } from '../../../graph/policy';
import { type ExportContext, ExportError, facts, runningPart } from '../context';
import { tfliteOperations } from '../tflite/operations';

/** Bits of a tensor, as the recipe states them. */
interface TensorConfig {
  readonly num_bits: number;
  readonly symmetric: boolean;
  readonly granularity: 'TENSORWISE' | 'CHANNELWISE';
  readonly dtype: 'INT';
}

interface OpConfig {
  readonly activation_tensor_config?: TensorConfig;
  readonly weight_tensor_config: TensorConfig;
  readonly compute_precision: 'INTEGER' | 'FLOAT';
  readonly explicit_dequantize: boolean;
}

/** One rule: what is done with operations whose output's name matches. */
export interface Rule {
  readonly regex: string;
  readonly operation: string;
  readonly algorithm_key: 'min_max_uniform_quantize' | 'no_quantize';
  readonly op_config?: OpConfig;
}

/** Its operations with INT4 weights. */
const HALF = new Set(['CONV_2D', 'FULLY_CONNECTED']);
/** The quantizer ends each name with a semicolon. */
const named = (output: string) => `^${output.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')};$`;

/**
 * The rules of a policy, for the float .tflite file of the same network: 4 bits where the policy has up to 4 and the operation takes
 * them, else 8; activations of 8 bits, or of 16.
 * @throws ExportError for scales per block, which it does not have in convolutions.
 */
export function aiEdgeRecipe(whole: ExportContext, { int16 = false } = {}): readonly Rule[] {
  const context = runningPart(whole);
  const { policy, scheme } = context;
  if (scheme.granularity !== 'tensor' && scheme.granularity !== 'channel')
    throw new ExportError(
      `AI Edge Quantizer has no scales per block (${scheme.granularity}) in convolutions: choose one scale per channel or tensor.`,
    );
  const tensor = (numBits: number, symmetric: boolean, granularity: TensorConfig['granularity']): TensorConfig => ({
    ...{ num_bits: numBits, symmetric, granularity, dtype: 'INT' },
  });
  const weights = (bits: number) => tensor(bits, true, scheme.granularity === 'tensor' ? 'TENSORWISE' : 'CHANNELWISE');
  const rounded = { algorithm_key: 'min_max_uniform_quantize' } as const;
  const integers = (bits: number): OpConfig => ({
    activation_tensor_config: int16 ? tensor(16, true, 'TENSORWISE') : tensor(8, false, 'TENSORWISE'),
    weight_tensor_config: weights(bits),
    ...{ compute_precision: 'INTEGER', explicit_dequantize: false },
  });
  const floats = (bits: number): OpConfig => ({
    weight_tensor_config: weights(bits),
    ...{ compute_precision: 'FLOAT', explicit_dequantize: true },
  });

  // Names are those of the float file.
  const float = { ...context, policy: uniformPolicy(context.network, FLOAT, FLOAT) };
  const layers = tfliteOperations(float).operations.filter(({ node, weights }) => weights && policy[node]);
  const rounds = int16 || layers.some(({ node }) => policy[node].activations !== FLOAT);
  const rules = layers.map(({ op, node, output }): Rule => {
    const { weights, activations } = policy[node];
    const where = { regex: named(output), operation: op };
    if (!isRounded(weights)) return { ...where, algorithm_key: 'no_quantize' };
    const bits = weights <= 4 && HALF.has(op) ? 4 : 8;
    const isInteger = int16 || activations !== FLOAT;
    return { ...where, ...rounded, op_config: isInteger ? integers(bits) : floats(bits) };
  });
  return rounds ? [{ regex: '.*', operation: '*', ...rounded, op_config: integers(8) }, ...rules] : rules;
}

/** The recipe as JSON. Its first rule also says where it comes from: the quantizer reads the fields that it knows. */
export function aiEdgeFile(context: ExportContext, options?: Parameters<typeof aiEdgeRecipe>[1]): string {
  const [first, ...others] = aiEdgeRecipe(context, options);
  const stated = { ...first, fewbits: Object.fromEntries(facts(context)) };
  return `${JSON.stringify([stated, ...others], null, 2)}\n`;
}
