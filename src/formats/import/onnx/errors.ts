// Errors of an ONNX file as a whole. Merely unsupported parts are listed by node instead (readGraph.ts).
import { ImportError } from '../importer';

const COPY_AGAIN = 'Copy or download it again; if that does not help, export it again.';

/** Parts of the file contradict each other, so that no interpretation is right. */
export function contradicts(where: string, what: string): never {
  throw new ImportError({
    what,
    where,
    why: 'The parts of the file do not fit together, so it is no valid ONNX model.',
    next: COPY_AGAIN,
  });
}

/** The bytes are no protobuf message. */
export function unreadable(where: string, problem: string): never {
  throw new ImportError({
    what: `The file cannot be read as ONNX: ${problem}.`,
    where,
    why: 'ONNX files are protobuf messages, and this one is truncated or damaged.',
    next: COPY_AGAIN,
  });
}

/** A part is longer than the rest of the file. */
export function endsEarly(file: string, byte: number, wanted: number, left: number): never {
  throw new ImportError({
    what: `The file ends too early: the part that begins at byte ${byte} should have ${wanted} bytes, and ${left} are left.`,
    where: `${file}, byte ${byte}`,
    why: 'Files end like this where a download or a copy broke off.',
    next: COPY_AGAIN,
  });
}

/** A non-finite weight; `computed` if the stored numbers are finite and a node computes the non-finite one. */
export function notFinite(where: string, name: string, value: number, index: number, computed: boolean): never {
  throw new ImportError({
    what: computed
      ? `Computing "${name}" from the file's numbers gives ${value} at index ${index}.`
      : `The tensor "${name}" holds ${value} at index ${index}.`,
    where,
    why: 'A network with such a weight gives no numbers.',
    next: 'Look at this weight in the program that made the file, and export the network again with finite ones.',
  });
}
