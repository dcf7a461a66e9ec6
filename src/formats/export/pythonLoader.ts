import { quantizers } from '../../quant/registry';

const DECODERS = Object.values(quantizers)
  .map(({ id, python }) => `    if quantizer == '${id}': return ${python}`)
  .join('\n');

/**
 * A Python program that reads packed files (../packed.ts) with the standard library alone: codes, dequantized kernels
 * and the other stored numbers, by layer. Offered beside the file's download; a test runs it.
 */
export const PYTHON_LOADER = `# Reads a packed file of fewbits: load(path) gives, by layer, shape, bits, codes and de-quantized kernel.
# Kernels are row-major [height, width, in, out] or [in, out]. Usage: python3 load.py FILE
import json, struct, sys

def f32(x):
    return struct.unpack('<f', struct.pack('<f', x))[0]

def decode(quantizer, c, n, bits):
${DECODERS}
    raise ValueError('unknown quantizer ' + quantizer)

def load(path):
    with open(path, 'rb') as file:
        data = file.read()
    start = 8 + struct.unpack('<Q', data[:8])[0]
    header = json.loads(data[8:start])
    meta = header.pop('__metadata__')
    assert meta['fewbits'] == '2', 'this program reads version 2'
    quantizer, granularity = meta['scheme'].split('/')[:2]
    block = int(granularity[6:]) if granularity.startswith('block:') else 0
    def read(name):
        if name not in header: return None
        begin, end = header[name]['data_offsets']
        raw = data[start + begin:start + end]
        if name.endswith('.codes'): return raw
        return struct.unpack('<%d%s' % ((len(raw) // 4, 'f') if header[name]['dtype'] == 'F32' else (len(raw) // 2, 'e')), raw)
    layers = {}
    for name, (bits, activations, shape) in json.loads(meta['layers']).items():
        layer = {part: read(name + '.' + part) for part in ('kernel', 'bias', 'input')}
        layers[name] = dict(layer, shape=shape, bits=bits, activations=activations)
        if bits in (0, 32): continue
        (rows, groups), numbers, raw = header[name + '.numbers']['shape'][:2], read(name + '.numbers'), read(name + '.codes')
        inputs, channels = shape[-2:]
        taps = shape[0] * shape[1] if len(shape) == 4 else 1
        runs = -(-inputs // block) if block else 0
        if channels == 1 and len(shape) == 4 and groups not in (1, taps * runs):  # depthwise: a filter a channel
            inputs, channels, runs = 1, inputs, 1
        factor, codes, kernel = read(name + '.factor'), [], []
        for i in range(taps * inputs * channels):
            at, shift = divmod(i * bits, 8)
            codes.append(int.from_bytes(raw[at:at + 2], 'little') >> shift & (2 ** bits - 1))
            row, c = divmod(i, channels)
            tap, cin = divmod(row, inputs)
            g = 0 if groups == 1 else (tap * runs + cin // block) * channels + c if block else c
            value = decode(quantizer, codes[-1], [numbers[r * groups + g] for r in range(rows)], bits)
            kernel.append(f32(value * factor[i % len(factor)]) if factor else value)
        layers[name].update(codes=codes, kernel=kernel)
    return meta, layers

if __name__ == '__main__':
    meta, layers = load(sys.argv[1])
    print(meta['network'], meta['scheme'])
    for name, layer in layers.items():
        kernel = layer['kernel']
        print(name, layer['shape'], layer['bits'], 'bits,', f'weights from {min(kernel)} to {max(kernel)}' if kernel else 'left out')
`;
