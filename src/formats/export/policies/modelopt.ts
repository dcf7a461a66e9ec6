// A policy as a configuration of NVIDIA's Model Optimizer: entries that name quantizers of a PyTorch model, of which the last that
// matches counts. Reference: NVIDIA/Model-Optimizer 0.47, docs/source/guides/_quant_cfg.rst.
import { layersOf } from '../../../graph/network';
import { FLOAT, isRounded } from '../../../graph/policy';
import { type ExportContext, ExportError, runningPart } from '../context';
import { docstring, quoted } from './python';

/** A layer's name as a pattern that matches nothing else. */
const pattern = (id: string) => id.replace(/[[*?]/g, '[$&]');

/** @throws ExportError for scales per block, and for weights of one bit, of which its grid has none. */
export function modeloptConfig(whole: ExportContext): string {
  const { network, policy, scheme, ranges } = runningPart(whole);
  if (scheme.granularity !== 'tensor' && scheme.granularity !== 'channel')
    throw new ExportError(
      `Scales per block (${scheme.granularity}) are not written to Model Optimizer: choose one scale per channel or tensor.`,
    );
  const binary = layersOf(network).find(({ id }) => policy[id].weights === 1);
  if (binary)
    throw new ExportError(
      `"${binary.id}" has weights of 1 bit, which Model Optimizer has not: give it 2 bits or more.`,
    );
  const axis = scheme.granularity === 'channel' ? '"axis": 0, ' : '';
  const rows = layersOf(network).flatMap(({ id }) => {
    const { weights, activations } = policy[id];
    const entry = (of: string, cfg: string) =>
      `        {"quantizer_name": ${quoted(`${pattern(id)}.${of}_quantizer`)}, "cfg": {${cfg}}},`;
    const isPositive = (ranges.get(id)?.min ?? -1) >= 0;
    return [
      ...(isRounded(weights) ? [entry('weight', `"num_bits": ${weights}, ${axis}"narrow_range": True`)] : []),
      ...(activations === FLOAT
        ? []
        : [entry('input', `"num_bits": ${activations}${isPositive ? ', "unsigned": True' : ''}`)]),
    ];
  });
  return `"""Bits of each layer for NVIDIA Model Optimizer 0.47, by fewbits ${whole.provenance.version}.

    import modelopt.torch.quantization as mtq
    model = mtq.quantize(model, CONFIG, forward_loop)    # a PyTorch model whose modules have the names below

Levels are evenly spaced around zero, or from zero where a layer reads nothing negative; forward_loop runs images, on which
Model Optimizer measures the largest number of each input.

${docstring(whole)}
"""

CONFIG = {
    "quant_cfg": [
        {"quantizer_name": "*", "enable": False},
${rows.join('\n')}
    ],
    "algorithm": "max",
}
`;
}
