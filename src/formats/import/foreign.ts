// Files dropped as networks that are none or cannot be read: each kind's recognition by its first bytes, its name in
// words, and the remedy. Zip archives and JSON are told apart in sniff.ts.

/** A refused kind of file. `what` completes "This is …". */
export interface Foreign {
  readonly what: string;
  readonly why: string;
  readonly next: string;
}

interface Signature extends Foreign {
  /** True for a file of this kind; `text` is its first 4 KiB, byte by byte, trimmed at the front. */
  matches(bytes: Uint8Array, text: string): boolean;
}

const NO_NETWORK = 'It holds no network.';
const EXPORT =
  'Save the network as ONNX, Keras (.keras or .h5), TF.js, or as a PyTorch state_dict, and drop that file here.';

const starts =
  (...wanted: number[]) =>
  (bytes: Uint8Array): boolean =>
    wanted.every((byte, i) => bytes[i] === byte);

const ascii =
  (wanted: string, at = 0) =>
  (bytes: Uint8Array): boolean =>
    [...wanted].every((char, i) => bytes[at + i] === char.charCodeAt(0));

const packed = (what: string): Foreign => ({
  what,
  why: 'What is inside cannot be seen until it is unpacked.',
  next: 'Unpack it and drop the files that were inside.',
});

const signatures: readonly Signature[] = [
  {
    matches: (bytes) => bytes.length === 0,
    what: 'an empty file',
    why: 'It has no bytes, often because a download or an upload broke off.',
    next: 'Copy or download the file again.',
  },
  {
    matches: (_, text) => text.startsWith('version https://git-lfs.github.com/spec/v1'),
    what: 'a Git LFS pointer, not the file it stands for',
    why: 'The repository was copied without its large files.',
    next: 'Run "git lfs pull" in the repository, or download the file from its web page, and drop that one here.',
  },
  {
    matches: (_, text) => /^<(!doctype html|html|head|body)\b/i.test(text),
    what: 'a web page',
    why: 'A download link often answers with a page instead of the file, to ask for a login or to report an error.',
    next: 'Open the link in the browser, download the file itself, and drop that one here.',
  },
  {
    matches: (_, text) => /^<\?xml\b/i.test(text),
    what: 'an XML file',
    why: `${NO_NETWORK} OpenVINO keeps the graph in such a file, which is not read here.`,
    next: EXPORT,
  },
  { matches: starts(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59), what: 'a NumPy array (.npy)', why: NO_NETWORK, next: EXPORT },
  { matches: starts(0x1f, 0x8b), ...packed('a gzip archive') },
  { matches: ascii('ustar', 257), ...packed('a tar archive') },
  { matches: ascii('BZh'), ...packed('a bzip2 archive') },
  { matches: starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00), ...packed('an xz archive') },
  { matches: starts(0x28, 0xb5, 0x2f, 0xfd), ...packed('a zstd archive') },
  { matches: starts(0x37, 0x7a, 0xbc, 0xaf), ...packed('a 7-Zip archive') },
  { matches: ascii('Rar!'), ...packed('a RAR archive') },
  ...(
    [
      ['a PNG picture', starts(0x89, 0x50, 0x4e, 0x47)],
      ['a JPEG picture', starts(0xff, 0xd8, 0xff)],
      ['a GIF picture', ascii('GIF8')],
      ['a WebP picture', (bytes: Uint8Array) => ascii('RIFF')(bytes) && ascii('WEBP', 8)(bytes)],
    ] as const
  ).map(([what, matches]) => ({
    what,
    matches,
    why: NO_NETWORK,
    next: 'Pictures make a data set: choose "Your own images" there. For a network, drop a model file.',
  })),
  { matches: ascii('%PDF'), what: 'a PDF document', why: NO_NETWORK, next: EXPORT },
  {
    matches: ascii('GGUF'),
    what: 'a GGUF file',
    why: 'GGUF holds language models, and those already quantized.',
    next: EXPORT,
  },
  {
    // A GraphDef begins with a NodeDef, which begins with its name; a SavedModel begins with schema version 1 and a
    // MetaGraph.
    matches: (bytes) => isSavedModel(bytes) || isGraphDef(bytes),
    what: 'a TensorFlow SavedModel or frozen graph (.pb)',
    why: 'It holds low-level operations for the TensorFlow runtime, not layers.',
    next: 'Convert its folder with: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx (a frozen graph with --graphdef), and drop that file here.',
  },
  {
    matches: (bytes) => bytes[0] === 8 && bytes[2] === 0x12 && bytes[lengthEnd(bytes, 3)] === 0x0a,
    what: 'a Core ML model',
    why: 'Core ML files hold Apple’s own layers, which are not read here.',
    next: 'Export the model that it was converted from as ONNX, and drop that file here.',
  },
];

/** Offset after the protobuf length at `at`. */
function lengthEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (bytes[end] >= 0x80 && end < at + 5) end++;
  return end + 1;
}

function isSavedModel(bytes: Uint8Array): boolean {
  return starts(8, 1, 0x12)(bytes) && bytes[lengthEnd(bytes, 3)] === 0x0a;
}

function isGraphDef(bytes: Uint8Array): boolean {
  const node = lengthEnd(bytes, 1);
  if (bytes[0] !== 0x0a || bytes[node] !== 0x0a) return false;
  const op = node + 2 + bytes[node + 1];
  return (
    bytes[op] === 0x12 && /^[A-Z]\w+$/.test(String.fromCharCode(...bytes.subarray(op + 2, op + 2 + bytes[op + 1])))
  );
}

/** The refused kind of a file by its bytes; undefined if the file may be a model. */
export function foreignKind(bytes: Uint8Array): Foreign | undefined {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 4096)).replace(/^(ï»¿)?\s*/, '');
  return signatures.find(({ matches }) => matches(bytes, text));
}

/** The kind of a zip archive that is neither PyTorch's nor Keras's, by its entry names. */
export function foreignArchive(names: readonly string[]): Foreign {
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (has(/(^|\/)constants\.pkl$/) || has(/(^|\/)code\/.*\.py$/))
    return {
      what: 'a TorchScript program',
      why: 'It holds compiled code next to the weights, and code from a file is never run here.',
      next: 'In PyTorch, export it: torch.onnx.export(torch.jit.load("model.pt"), torch.zeros(1, 3, 32, 32), "model.onnx"), with the size of its images.',
    };
  if (has(/(^|\/)(serialized_exported_program\.json|models\/model\.json)$/))
    return {
      what: 'a program of torch.export (.pt2)',
      why: 'It holds a graph of low-level PyTorch operations, which is not read here.',
      next: 'In PyTorch, export the model with torch.onnx.export, and drop that file here.',
    };
  if (has(/\.npy$/))
    return {
      what: 'an archive of NumPy arrays (.npz)',
      why: 'Arrays alone do not say which network they belong to.',
      next: EXPORT,
    };
  const model = names.find((name) => /\.(onnx|h5|hdf5|keras|pth?|th|safetensors)$|(^|\/)model\.json$/i.test(name));
  return {
    what: model === undefined ? 'a zip archive without a network' : 'a zip archive around a model',
    why: `It holds ${
      names
        .slice(0, 3)
        .map((name) => `"${name}"`)
        .join(', ') || 'nothing'
    }${names.length > 3 ? ` and ${names.length - 3} more` : ''}.`,
    next: model === undefined ? EXPORT : `Unpack it and drop "${model}" here, with the files that belong to it.`,
  };
}

/** The kind of a JSON file that is neither ours nor TF.js's. */
export function foreignJson(keys: ReadonlySet<string>): Foreign {
  if (keys.has('class_name') || (keys.has('config') && keys.has('keras_version')))
    return {
      what: 'a Keras architecture without weights',
      why: 'There is nothing to quantize in a network without weights.',
      next: 'Drop it together with its weights (.h5), or save the whole model with model.save("model.keras").',
    };
  if (keys.has('architectures') || keys.has('model_type'))
    return {
      what: 'the configuration of a Hugging Face model',
      why: 'The weights are in another file.',
      next: 'Drop "model.safetensors" of one of the zoo’s networks, or export the model as ONNX.',
    };
  return {
    what: 'a JSON file that describes no network',
    why: 'It has no "modelTopology", as TF.js models do.',
    next: EXPORT,
  };
}

/** The kind of a JSON file that holds a list. */
export function foreignList(list: readonly unknown[]): Foreign {
  const [first] = list;
  if (typeof first === 'object' && first !== null && 'paths' in first && 'weights' in first)
    return {
      what: 'a list of TF.js weights without a network',
      why: 'Its layers are written in a program, not in a file (face-api.js and others keep their weights so).',
      next: 'Save the network with model.save() in TF.js, and drop the folder that it writes.',
    };
  return { what: 'a JSON file that holds a list', why: 'No network is written as one.', next: EXPORT };
}

/** The kind of a pickle that PyTorch did not write. */
export const PLAIN_PICKLE: Foreign = {
  what: 'a Python pickle that torch.save did not write',
  why: 'A pickle can hold anything, and only weights saved by PyTorch are read from one.',
  next: 'In PyTorch, save model.state_dict() with torch.save, or export the model with torch.onnx.export.',
};

/** An unrecognized file. */
export const UNKNOWN: Foreign = {
  what: 'an unrecognized file',
  why: 'Its header matches no supported format.',
  next: EXPORT,
};
