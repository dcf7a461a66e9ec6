// The shape of every reader of models that other programs wrote. A reader is pure: bytes in, a description and a network
// out. It runs in a worker that is thrown away (engine/), so it may be slow, but it never executes anything from a file,
// never trusts a size it has not checked, and never throws anything but an `ImportError`.
import type { Network, Parameter } from '../../graph/network';
import type { ExportContext } from '../export/context';

/** One file as it was dropped. What it is, its content says; the name only links a model to its shards. */
export interface ModelFile {
  /** Name with the folders below the one that was dropped, e.g. `model/weights.bin`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is refused as too large for the page, before memory is taken for it. */
export const IMPORT_LIMITS = {
  /** Bytes of all files together, also after decompression. */
  bytes: 200_000_000,
  /** Numbers of all weights together. */
  parameters: 25_000_000,
  /** Nodes of a file's graph, before what is constant is folded away. */
  nodes: 5_000,
  /** Tensors of a file. */
  tensors: 10_000,
  /** Characters of the name of a node, a tensor or a layer. */
  name: 1_000,
  /** Characters that a sentence quotes from a file at a time. */
  quoted: 200,
  /** Layers that would get a fader. */
  layers: 500,
  /** Nesting of JSON, protobuf messages, pickles and groups. */
  depth: 64,
  /** Entries of an archive. */
  entries: 1_000,
} as const;

/** What could not be read: what is wrong, where in the file, why that matters, what to do. All are plain sentences. */
export interface ImportProblem {
  /** e.g. `The file ends in the middle of the tensor "conv1.weight".` */
  readonly what: string;
  /** File, node or tensor, byte if known, e.g. `model.onnx, initializer "conv1.weight"`. */
  readonly where: string;
  readonly why: string;
  /** e.g. `Export it again with opset 17, or load the state_dict into a zoo network.` */
  readonly next: string;
}

/** Characters of a whole sentence; the rest is left out. */
const SENTENCE = 1_000;

/** A sentence that quotes no more of a file than fits a card: what stands in quotes, in brackets, or in one word. */
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

/** More of something than the page holds. */
export function tooLarge(where: string, what: string, limit: string): never {
  throw new ImportError({
    what,
    where,
    why: `The page takes ${limit}, so that it fits a browser's memory.`,
    next: 'Choose a smaller network.',
  });
}

/** The name of a node, a tensor or a layer, of bearable length. */
export function nameWithin(name: string, where: string): string {
  const { name: most } = IMPORT_LIMITS;
  if (name.length > most) tooLarge(where, `A name has ${name.length} characters.`, `names of ${most} characters`);
  return name;
}

/** @throws ImportError for more tensors than a network has. */
export function tensorsWithin(count: number, where: string): void {
  const { tensors: most } = IMPORT_LIMITS;
  if (count > most) tooLarge(where, `The file has ${count} tensors.`, `${most} tensors`);
}

/** A node that the page cannot run, so that the dry-run card can name them all at once. */
export interface Unsupported {
  readonly node: string;
  /** The operation in the format's own words, e.g. `ConvTranspose`. */
  readonly op: string;
  /** Why, and what to do. */
  readonly why: string;
}

/** What a file holds: the dry-run card. Nothing is in use yet. */
export interface Inspection {
  /** e.g. `ONNX`, `Keras (.keras)`, `PyTorch state_dict`. */
  readonly format: string;
  /** Who wrote it and in which version, as far as it says, e.g. `pytorch 2.4.0, opset 17`; else empty. */
  readonly producer: string;
  /** Numbers of all weights. */
  readonly parameters: number;
  /** How often each operation occurs, in the format's own words. Empty for weights without a graph. */
  readonly operations: ReadonlyMap<string, number>;
  /** What was changed or left out on the way, as sentences: a dropout removed, a softmax dropped, rows permuted. */
  readonly notes: readonly string[];
  readonly unsupported: readonly Unsupported[];
  /** Names of the classes, where the file knows them. */
  readonly classes?: readonly string[];
  /** The network, checked; absent when something is unsupported, or when weights without a graph fit no zoo network. */
  readonly network?: Network;
  /** Weights without a graph, by the file's own names and in its own layout. */
  readonly weights?: ReadonlyMap<string, Parameter>;
  /** What a file of this program says besides: of a project everything, of a packed file its policy and scheme. */
  readonly setting?: Partial<Omit<ExportContext, 'network' | 'points'>>;
}

/** A reader of one format. */
export interface ModelReader {
  /** Reads what `sniff` recognized as its own. Throws only `ImportError`. */
  read(files: readonly ModelFile[]): Promise<Inspection>;
}
