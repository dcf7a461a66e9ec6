// The options that some export formats have; which, says the table of formats (formats/export/registry.ts).
import type { DeclaredFields } from './fields';

export const EXPORTING = {
  int2: {
    kind: 'switch',
    label: '1 and 2 bits in 2-bit containers (needs ONNX operator set 25)',
    initial: false,
    flag: { name: 'int2' },
    hint: '1 and 2 bits in 2-bit integers (operator set 25)',
  },
  runnable: {
    kind: 'switch',
    label: 'Embed the custom ops so ONNX Runtime can run it',
    initial: false,
    flag: { name: 'function' },
    hint: 'with the custom ops embedded, for stock runtimes',
  },
  scalesInside: {
    kind: 'switch',
    label: 'Scales inside the rounding nodes, for tools that fold them (results then agree less closely)',
    initial: false,
    flag: { name: 'scales-inside' },
    hint: 'scales in the nodes that round, for tools that fold them; else results agree bit for bit',
  },
  int16: {
    kind: 'switch',
    label: '16-bit activations (closer results, slower)',
    initial: false,
    flag: { name: 'int16' },
    hint: 'activations of 16 bits: closer results, slower',
  },
  floatEnds: {
    kind: 'switch',
    label: 'Float input and output',
    initial: false,
    flag: { name: 'float-ends' },
    hint: 'input and output in float, integers between them',
  },
} as const satisfies DeclaredFields;
