// Writes tar archives, for tests only.
import { join } from './gzip';

export interface TarFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An uncompressed ustar archive of regular files. */
export function tarOf(files: readonly TarFile[]): Uint8Array<ArrayBuffer> {
  const parts = files.flatMap(({ name, bytes }) => {
    const header = new Uint8Array(512);
    const put = (at: number, text: string) => header.set(new TextEncoder().encode(text), at);
    put(0, name);
    put(100, '0000644\0');
    put(124, `${bytes.length.toString(8).padStart(11, '0')}\0`);
    put(148, '        ');
    put(156, '0');
    put(257, 'ustar\x0000');
    put(
      148,
      `${header
        .reduce((a, b) => a + b, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
    );
    return [header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)];
  });
  parts.push(new Uint8Array(1024));
  return join(
    parts,
    parts.reduce((n, part) => n + part.length, 0),
  );
}

/** The bytes as a gzip stream. */
export async function gzipOf(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
