// What an ONNX file is refused for as a whole. What is merely unsupported is listed by node instead (convert.ts).
import { ImportError } from '../importer';

const COPY_AGAIN = 'Copy or download it again; if that does not help, export it again.';

/** The bytes contradict themselves: cut short, changed on the way, or written by a faulty program. */
export function damaged(where: string, what: string): never {
  throw new ImportError({
    what,
    where,
    why: 'The file was cut short, changed on the way or written wrongly, so none of its numbers can be trusted.',
    next: COPY_AGAIN,
  });
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
