// A network as one C99 file without dependencies, in the manner of single-header libraries: including it declares the function
// that runs the network, and one file of the program includes it with `<NAME>_IMPLEMENTATION` defined. It adds integers and
// rounds as the page does, so scores are the page's, bit for bit. Weights keep the bits of the policy in flash.
import { inverseScale, type UniformGrid } from '../../../quant/uniformGrid';
import { packBits } from '../../packed';
import { type ExportContext, ExportError, facts, runningPart } from '../context';
import { operationsOf, type SummedLayer, windowOf } from './operations';
import { OPTIONAL, RUNTIME } from './runtime';
import { layOut, type Step, stepsOf, type Tensor } from './steps';

/** A C program's tables of a layer. */
interface Packed {
  readonly codes: Uint8Array;
  readonly bits: number;
  /** Code u is the weight `lowest + step u`. */
  readonly lowest: number;
  readonly step: number;
  readonly multiplier: Float32Array;
}

/**
 * The codes of a layer, filter by filter. Filters whose codes are mirrored by a negative factor are mirrored back, so that they fit
 * their bits; those without weights have a factor of 0.
 */
function packedFilters({ integers, bits: { weights: bits }, layout: { channels }, node }: SummedLayer): Packed {
  const rows = integers.codes.length / channels;
  const signs = bits === 1;
  const lowest = signs ? -1 : -(2 ** (bits - 1));
  const step = signs ? 2 : 1;
  const largest = lowest + step * (2 ** bits - 1);
  const multiplier = integers.multiplier.slice();
  const codes = new Uint8Array(integers.codes.length);
  for (let c = 0; c < channels; c++) {
    const own = Array.from({ length: rows }, (_, row) => integers.codes[row * channels + c]);
    const flip = own.some((code) => code > largest) ? -1 : 1;
    const empty = own.every((code) => code === 0);
    if (empty) multiplier[c] = 0;
    else multiplier[c] *= flip;
    own.forEach((code, row) => {
      const u = empty && signs ? 0 : (flip * code - lowest) / step;
      if (!Number.isInteger(u) || u < 0 || u >= 2 ** bits)
        throw new ExportError(
          `Layer "${node.id}" has the code ${code}, which ${bits} bits do not hold. Export ONNX instead.`,
        );
      codes[c * rows + row] = u;
    });
  }
  return { codes: packBits(codes, codes.length, bits), bits, lowest, step, multiplier };
}

/** A float32 number that C reads as the same one. */
function float(x: number): string {
  const text = String(Number(Math.fround(x).toPrecision(9)));
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}

const rows = (items: readonly string[], perRow: number) =>
  Array.from(
    { length: Math.ceil(items.length / perRow) },
    (_, i) => `  ${items.slice(i * perRow, (i + 1) * perRow).join(', ')}`,
  ).join(',\n');

const list = (numbers: readonly number[]) => `{${numbers.join(', ')}}`;

/** Text in letters, digits and underscores. */
const plainName = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');

/** A name that C accepts. */
const identifier = (text: string) => plainName(text).replace(/^(?![a-z])/, 'net_');

/** Writes tables and calls of one network. */
class Writer {
  constructor(
    private readonly layers: readonly string[],
    private readonly shapes: ReadonlyMap<string, readonly number[]>,
    private readonly offsetOf: (tensor: Tensor) => number,
    private readonly scratch: number,
  ) {}

  /** A name of its own for each layer. */
  private tableOf(layer: string): string {
    return `NAME_layer${this.layers.indexOf(layer)}_${plainName(layer)}`;
  }

  private at(tensor: Tensor): string {
    if (tensor.place !== 'memory') return tensor.place;
    const offset = this.offsetOf(tensor);
    return tensor.grid ? `(uint8_t *)memory + ${offset}` : `memory + ${offset / 4}`;
  }

  /** Numbers and codes of a tensor, one of which is missing. */
  private both(tensor: Tensor): string {
    return tensor.grid ? `NULL, ${this.at(tensor)}` : `${this.at(tensor)}, NULL`;
  }

  private output(tensor: Tensor): string {
    const { scale, minCode, maxCode } = tensor.grid ?? ({ scale: 1, minCode: 0, maxCode: 0 } as UniformGrid);
    return `&(NAME_output){${this.both(tensor)}, ${float(inverseScale(scale))}, ${float(minCode)}, ${float(maxCode)}}`;
  }

  /** The tables of a layer and what the runtime needs to know of it. */
  layer({ layer, inputs, shape }: Extract<Step, { does: 'convolve' }>): string {
    const { node, layout, bias } = layer;
    const name = this.tableOf(node.id);
    const { codes, bits, lowest, step, multiplier } = packedFilters(layer);
    const { size, strides, padding, dilations } = windowOf(node);
    const image = node.op === 'dense' ? [1, 1, layout.inputs] : (this.shapes.get(inputs[0]) as readonly number[]);
    const [height, columns] = node.op === 'dense' ? [1, 1] : shape;
    const table = (part: string, values: Float32Array) =>
      `static const float ${name}_${part}[] = {\n${rows(Array.from(values, float), 8)}\n};\n`;
    const hex = Array.from(codes, (byte) => `0x${byte.toString(16).padStart(2, '0')}`);
    return `static const uint8_t ${name}_codes[] = {
${rows(hex, 20)}
};
${table('multiplier', multiplier)}${bias ? table('bias', bias) : ''}static const NAME_layer ${name} = {
  ${[...image, height, columns, layout.channels].join(', ')},
  ${[size, strides, [padding[0], padding[2]], dilations].map(list).join(', ')},
  ${layout.inputs}, ${bits}, ${lowest}, ${step},
  ${name}_codes, ${name}_multiplier, ${bias ? `${name}_bias` : 'NULL'}
};
`;
  }

  /** The statements of a step. */
  call(step: Step): string {
    const { reads, writes } = step;
    const [x, other] = reads;
    const to = this.output(writes);
    switch (step.does) {
      case 'convolve': {
        const zero = x.grid ? -x.grid.minCode : 0;
        const [numbers, codes] = x.grid ? ['NULL', this.at(x)] : [this.at(x), 'NULL'];
        const table = `&${this.tableOf(step.layer.node.id)}`;
        const plus = other ? this.at(other) : 'NULL';
        const scratch = `(int8_t *)memory + ${this.scratch}`;
        return `NAME_convolve(${[table, codes, zero, numbers, plus, activationOf(step), to, scratch].join(', ')});`;
      }
      case 'scale': {
        const inverse = float(inverseScale(step.grid.scale));
        const steps = writes.grid ? `NULL, ${to}` : `${this.at(writes)}, NULL`;
        return `NAME_scale(${this.at(x)}, ${x.count}, ${inverse}, ${steps});`;
      }
      case 'add':
        return `NAME_add(${[this.at(x), other ? this.at(other) : 'NULL', x.count, activationOf(step), to].join(', ')});`;
      case 'maxPool': {
        const { size, strides, padding } = step.pool;
        const [h, w] = step.shape;
        const shape = this.shapes.get(step.pool.inputs[0]) as readonly number[];
        const windows = [shape, [h, w], size, strides, [padding[0], padding[2]]].map(
          (numbers) => `(const int32_t[])${list(numbers as number[])}`,
        );
        return `NAME_max_pool(${[this.both(x), ...windows, this.both(writes)].join(', ')});`;
      }
      case 'average': {
        const places = x.count / writes.count;
        const { scale } = step.grid;
        const numbers = [this.at(x), places, writes.count, float(inverseScale(scale)), float(scale), to];
        return `NAME_average(${numbers.join(', ')});`;
      }
      case 'copy':
      case 'join':
        return this.copies(step);
    }
  }

  private copies({ reads, writes, shape, inputs, ...step }: Extract<Step, { does: 'copy' | 'join' }>): string {
    const wide = writes.grid ? 1 : 4;
    const to = this.at(writes);
    const [, columns, channels] = shape as readonly [number, number, number];
    const { strides, before } = step.does === 'copy' ? step : { strides: [1, 1], before: [0, 0, 0] };
    let front = before[2];
    const calls = reads.map((x, i) => {
      const [h, w, c] = this.shapes.get(inputs[i]) as readonly [number, number, number];
      const numbers = (values: readonly number[]) => `(const int32_t[])${list(values)}`;
      const place = numbers([before[0], before[1], front * wide]);
      front += c;
      return `NAME_copy(${[this.at(x), numbers([h, w]), c * wide, numbers(strides), to, columns, channels * wide, place].join(', ')});`;
    });
    const zeros = `memset(${to}, ${writes.grid ? -writes.grid.minCode : 0}, ${writes.count * wide});`;
    return [...(step.does === 'copy' ? [zeros] : []), ...calls].join('\n  ');
  }
}

function activationOf({ activation }: { readonly activation?: 'relu' | 'relu6' | undefined }): string {
  return activation === undefined ? 'NAME_NONE' : activation === 'relu' ? 'NAME_RELU' : 'NAME_RELU6';
}

/** Text that cannot end a comment. */
const commented = (text: string) => text.replaceAll('*/', '* /').replaceAll('\n', ' ');

/** The source of a network under a policy; `stem` names its functions. @throws ExportError for what it cannot express. */
export function cSource(whole: ExportContext, stem: string): string {
  const context = runningPart(whole);
  const graph = operationsOf(context);
  const steps = stepsOf(graph);
  const { bytes, offsetOf } = layOut(steps);
  const layers = steps.filter((step) => step.does === 'convolve');
  const longest = Math.max(...layers.map(({ layer }) => layer.integers.codes.length / layer.layout.channels));
  const prefix = identifier(stem);
  const macro = prefix.toUpperCase();
  const writer = new Writer(
    layers.map(({ node }) => node),
    graph.shapes,
    offsetOf,
    bytes,
  );
  const tables = layers.map((step) => writer.layer(step));
  const calls = steps.map((step) => `  ${writer.call(step)}`).join('\n');
  const optional = Object.values(OPTIONAL).filter((text) => calls.includes(`${/ (NAME_\w+)\(/.exec(text)?.[1]}(`));
  const [height, width, channels] = graph.shapes.get(graph.input) as readonly number[];
  const scores = steps[steps.length - 1].writes.count;
  const { mean, std, perImage } = context.normalization;
  const stated = [...facts(whole)].map(([name, text]) => ` *   ${name}: ${commented(text)}\n`).join('');
  const code = [
    RUNTIME,
    ...optional,
    ...tables,
    `void NAME_run(const float *image, float *scores, float *memory) {\n${calls}\n}\n`,
  ]
    .join('\n')
    .replaceAll('NAME_', `${prefix}_`);
  return `/* ${commented(context.network.name)} as C99, without dependencies, by fewbits ${whole.provenance.version}.
 *
 * Include this file where the network is used. In one C file, define ${macro}_IMPLEMENTATION before, and compile that file
 * with -std=c99 or -ffp-contract=off: products and sums are rounded one by one. Scores are then those that fewbits measures,
 * bit for bit.
 *
${stated} */
#ifndef ${macro}_H
#define ${macro}_H

#include <stddef.h>
#include <stdint.h>

#define ${macro}_HEIGHT ${height}
#define ${macro}_WIDTH ${width}
#define ${macro}_CHANNELS ${channels}
#define ${macro}_SCORES ${scores}
/* Working memory, in floats: ${bytes + longest} bytes. */
#define ${macro}_MEMORY ${Math.ceil((bytes + longest) / 4)}

/* Scores of an image [height, width, channels]: (p - mean) / std of pixels from 0 to 1, with the mean ${list(mean)} and std
 * ${list(std)} of each channel${perImage ? ', and the image then standardized by itself' : ''}. The contents of \`memory\` do not matter. */
void ${prefix}_run(const float *image, float *scores, float *memory);

#ifdef ${macro}_IMPLEMENTATION

${code}
#endif
#endif
`;
}
