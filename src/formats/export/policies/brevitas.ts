// A policy as a Python program that puts Brevitas' quantized layers in place of those of a PyTorch model. Reference: Xilinx/brevitas
// 0.12.1, brevitas/nn and brevitas/quant. Symmetric weights have the page's levels; Brevitas moves affine ones so that zero is a
// level, and begins LSQ's at the largest weight.
import { layersOf } from '../../../graph/network';
import { FLOAT } from '../../../graph/policy';
import { activationsOf, type QuantScheme, quantizerOf } from '../../../quant/registry';
import { type ExportContext, ExportError, runningPart } from '../context';
import { docstring, quoted } from './python';

/** Quantizers of weights by granularity, and of one bit. */
const WEIGHTS = {
  symmetric: { channel: 'Int8WeightPerChannelFloat', tensor: 'Int8WeightPerTensorFloat' },
  affine: { channel: 'ShiftedUint8WeightPerChannelFloat', tensor: 'ShiftedUint8WeightPerTensorFloat' },
  lsq: { channel: 'Int8WeightPerChannelFloat', tensor: 'Int8WeightPerTensorFloat' },
} as const;

function weightQuantizer({ quantizer, granularity, range }: QuantScheme): string {
  const known = (WEIGHTS as Partial<Record<string, Record<string, string>>>)[quantizer]?.[granularity];
  if (known === undefined)
    throw new ExportError(
      `Brevitas has no ready quantizer of ${quantizerOf(quantizer).label} weights per ${granularity}: choose ${Object.keys(WEIGHTS).join(', ')}, per channel or tensor.`,
    );
  return range === 'mse' ? `${known}MSE` : known;
}

/** One bit is a sign times the mean magnitude. */
const oneBit = ({ granularity }: QuantScheme) => `    if bits == 1:
        return {
            "weight_quant": SignedBinaryWeightPerTensorConst,
            "weight_scaling_impl_type": "stats",
            "weight_scaling_stats_op": "ave",
            "weight_scaling_per_output_channel": ${granularity === 'channel' ? 'True' : 'False'},
        }
`;

/** @throws ExportError for quantizers that Brevitas has no ready form of. */
export function brevitasProgram(whole: ExportContext): string {
  const { network, policy, scheme, ranges, provenance } = { ...runningPart(whole), provenance: whole.provenance };
  const weights = weightQuantizer(scheme);
  if (activationsOf(scheme) === 'bfp')
    throw new ExportError('Brevitas has no block floating point of this form: choose uniform activations.');
  const binary = scheme.quantizer !== 'affine' && Object.values(policy).some(({ weights }) => weights === 1);
  const learned = scheme.quantizer === 'lsq' ? ', weight_scaling_impl_type="parameter_from_stats"' : '';
  const rows = layersOf(network).map(({ id }) => {
    const { weights: bits, activations } = policy[id];
    const range = ranges.get(id);
    const reads = activations === FLOAT ? 'None' : activations;
    const ends = activations !== FLOAT && range ? `, "range": (${range.min}, ${range.max})` : '';
    return `    ${quoted(id)}: {"weights": ${bits === FLOAT ? 'None' : bits}, "activations": ${reads}${ends}},`;
  });
  return `"""Quantized layers for Brevitas 0.12, by fewbits ${provenance.version}.

    model = quantize(model)                              # a PyTorch model whose modules have the names below
    model = quantize(model, {"stem": "features.0"})      # or other ones

Parameters stay as they are. Inputs that are never negative are rounded over the range stated; Brevitas measures the range of
others on the first images that it sees (brevitas.graph.calibrate.calibration_mode, or training).

${docstring(whole)}
"""

import brevitas.nn as qnn
import torch
from brevitas.quant import ShiftedUint8ActPerTensorFloat, Uint8ActPerTensorFloatMaxInit
from brevitas.quant import ${weights}
${binary ? 'from brevitas.quant.binary import SignedBinaryWeightPerTensorConst\n' : ''}
# Bits of the weights and of what each layer reads; None is float.
LAYERS = {
${rows.join('\n')}
}


def weight_options(bits):
    if bits is None:
        return {"weight_quant": None}
${binary ? oneBit(scheme) : ''}    return dict(weight_quant=${weights}, weight_bit_width=bits${learned})


def input_options(bits, low, high):
    if bits is None:
        return {}
    if low is not None and low >= 0:
        return dict(input_quant=Uint8ActPerTensorFloatMaxInit, input_bit_width=bits, input_max_val=high)
    return dict(input_quant=ShiftedUint8ActPerTensorFloat, input_bit_width=bits)


def quantized(layer, weights, activations, range=(None, None)):
    """The layer with rounded weights and inputs, and the same parameters."""
    options = {**weight_options(weights), **input_options(activations, *range), "bias": layer.bias is not None}
    if isinstance(layer, torch.nn.Linear):
        new = qnn.QuantLinear(layer.in_features, layer.out_features, **options)
    elif isinstance(layer, torch.nn.Conv2d):
        new = qnn.QuantConv2d(
            layer.in_channels,
            layer.out_channels,
            layer.kernel_size,
            stride=layer.stride,
            padding=layer.padding,
            dilation=layer.dilation,
            groups=layer.groups,
            padding_mode=layer.padding_mode,
            **options,
        )
    else:
        raise TypeError(f"{type(layer).__name__} is neither Conv2d nor Linear.")
    new.load_state_dict(layer.state_dict(), strict=False)
    return new.train(layer.training)


def quantize(model, names=None):
    """Replaces the layers of a model in place, and returns it."""
    for name, bits in LAYERS.items():
        parent, _, child = (names or {}).get(name, name).rpartition(".")
        module = model.get_submodule(parent)
        setattr(module, child, quantized(getattr(module, child), **bits))
    return model
`;
}
