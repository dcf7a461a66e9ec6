// The interface of all readers of foreign models. A reader is pure: bytes in, a description and a network out. It runs in
// a disposable worker (engine/), so it may be slow, but it never executes anything from a file, never trusts an unchecked
// size, and throws nothing but `ImportError`.
import type { Network, Parameter } from '../../graph/network';
import type { ExportContext } from '../export/context';

/** One dropped file. Its content determines the format; the name only links a model to its shards. */
export interface ModelFile {
  /** Name with its folders below the dropped one, e.g. `model/weights.bin`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Limits of the page, checked before allocating memory. */
export const IMPORT_LIMITS = {
  /** Bytes of all files together, also after decompression. */
  bytes: 200_000_000,
  /** Numbers of all weights together. */
  parameters: 27_000_000,
  /** Nodes of a file's graph, before constant folding. */
  nodes: 5_000,
  /** Tensors of a file. */
  tensors: 10_000,
  /** Length of the name of a node, a tensor or a layer. */
  name: 1_000,
  /** Characters quoted from a file at a time. */
  quoted: 200,
  /** Layers that would get a slider. */
  layers: 500,
  /** Nesting of JSON, protobuf messages, pickles and groups. */
  depth: 64,
  /** Entries of an archive. */
  entries: 1_000,
} as const;

/** A reading failure: the problem, its place in the file, the reason and the remedy. All are plain sentences. */
export interface ImportProblem {
  /** e.g. `The file ends in the middle of the tensor "conv1.weight".` */
  readonly what: string;
  /** File, node or tensor, byte if known, e.g. `model.onnx, initializer "conv1.weight"`. */
  readonly where: string;
  readonly why: string;
  /** e.g. `Export it again with opset 17, or load the state_dict into a zoo network.` */
  readonly next: string;
}

/** Length of a whole sentence; the rest is cut. */
const SENTENCE = 1_000;

/** Shortens quotes from a file to fit a card: text in quotes, in brackets, or in one word. */
export function brief(text: string): string {
  const most = IMPORT_LIMITS.quoted;
  if (text.length <= most) return text;
  const cut = (part: string): string => (part.length <= most ? part : `${part.slice(0, most - 2)}…${part.slice(-1)}`);
  const quoted = text.replace(/"[^"]*"|\[[^\]]*\]/g, cut).replace(/\S+/g, cut);
  return quoted.length <= SENTENCE ? quoted : `${quoted.slice(0, SENTENCE - 1)}…`;
}

/** A file that cannot be imported. The message is the problem's four sentences. */
export class ImportError extends Error implements ImportProblem {
  override readonly name = 'ImportError';
  readonly what: string;
  readonly where: string;
  readonly why: string;
  readonly next: string;

  constructor(problem: ImportProblem) {
    const [what, where, why, next] = [problem.what, problem.where, problem.why, problem.next].map(brief);
    super(`${what} (${where}) ${why} ${next}`);
    this.what = what;
    this.where = where;
    this.why = why;
    this.next = next;
  }
}

/** Thrown for more of something than the page allows. */
export function tooLarge(where: string, what: string, limit: string): never {
  throw new ImportError({
    what,
    where,
    why: `The page takes ${limit}, so that it fits a browser's memory.`,
    next: 'Choose a smaller network.',
  });
}

/** Bytes of memory for each weight: in the file, as read, on the device, rounded there, and as the float reference. */
const BYTES_PER_WEIGHT = 20;

/** Thrown for a network of more weights than the page allows; with `atLeast`, `count` are those read so far. */
export function tooManyWeights(where: string, count: number, atLeast = false): never {
  const { parameters: most } = IMPORT_LIMITS;
  const needed = (weights: number) => `${((BYTES_PER_WEIGHT * weights) / 1e9).toFixed(1)} GB`;
  throw new ImportError({
    what: `The network has ${atLeast ? 'more than ' : ''}${count.toLocaleString('en')} weights.`,
    where,
    why: `It needs ${needed(count)} of memory${atLeast ? ' or more' : ''}: a browser’s tab holds five copies of each weight. The page takes ${most.toLocaleString('en')} weights, ${needed(most)}.`,
    next: 'Choose a smaller network, such as a narrower one of the same family.',
  });
}

/** The name of a node, a tensor or a layer, within the length limit. */
export function nameWithin(name: string, where: string): string {
  const { name: most } = IMPORT_LIMITS;
  if (name.length > most) tooLarge(where, `A name has ${name.length} characters.`, `names of ${most} characters`);
  return name;
}

/** @throws ImportError beyond the tensor limit. */
export function tensorsWithin(count: number, where: string): void {
  const { tensors: most } = IMPORT_LIMITS;
  if (count > most) tooLarge(where, `The file has ${count} tensors.`, `${most} tensors`);
}

/** A node that the page cannot run, so that the summary card can name all of them at once. */
export interface Unsupported {
  readonly node: string;
  /** The operation's name in the file's format, e.g. `ConvTranspose`. */
  readonly op: string;
  /** The reason and the remedy. */
  readonly why: string;
}

/** The contents of a file: the summary card. Nothing is in use yet. */
export interface Inspection {
  /** e.g. `ONNX`, `Keras (.keras)`, `PyTorch state_dict`. */
  readonly format: string;
  /** Producer and version, if stated, e.g. `pytorch 2.4.0, opset 17`; otherwise empty. */
  readonly producer: string;
  /** Numbers of all weights. */
  readonly parameters: number;
  /** Count of each operation, by the format's names. Empty for weights without a graph. */
  readonly operations: ReadonlyMap<string, number>;
  /** Changes and omissions, as sentences: a dropout removed, a softmax dropped, rows permuted. */
  readonly notes: readonly string[];
  readonly unsupported: readonly Unsupported[];
  /** Names of the classes, if the file has them. */
  readonly classes?: readonly string[];
  /** The checked network; absent if something is unsupported, or if weights without a graph fit no zoo network. */
  readonly network?: Network;
  /** Weights without a graph, with the file's own names and layout. */
  readonly weights?: ReadonlyMap<string, Parameter>;
  /** Further contents of this program's own files: everything of a project; policy and scheme of a packed file. */
  readonly setting?: Partial<Omit<ExportContext, 'network' | 'points'>>;
}

/** A reader of one format. */
export interface ModelReader {
  /** Reads a file that `sniff` assigned to this format. Throws only `ImportError`. */
  read(files: readonly ModelFile[]): Promise<Inspection>;
}
