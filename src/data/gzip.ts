// Inflates gzip with the platform's decoder, with limits: an archive's stated size is not trusted.
import { DatasetFormatError } from './dataset';

/** True for bytes that start like a gzip stream. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates a gzip stream held in memory. Other bytes are returned as they are, because some servers inflate files in
 * transit (Content-Encoding).
 * @param maxBytes limit on the inflated size
 * @param what name of the file, for messages
 * @throws DatasetFormatError when the stream is damaged, truncated or larger than `maxBytes`.
 */
export async function gunzip(bytes: Uint8Array<ArrayBuffer>, maxBytes: number, what: string): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of inflate(new Blob([bytes]).stream(), what)) {
    length += part.length;
    if (length > maxBytes) throw new DatasetFormatError(`${what}: more than ${maxBytes} bytes when inflated.`);
    parts.push(part);
  }
  return join(parts, length);
}

/**
 * Inflates a gzip stream piece by piece. Rejects with the signal's reason when aborted.
 * @throws DatasetFormatError when the stream is damaged or truncated.
 */
export async function* inflate(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  what: string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces(stream.pipeThrough(new DecompressionStream('gzip')));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DatasetFormatError) throw error;
    // Decoders word this differently ("unexpected end of file", "The compressed data was not valid").
    throw new DatasetFormatError(
      `${what}: the gzip data is damaged or cut short (${(error as Error).message}). Download the file again.`,
    );
  }
}

/** Iterates a stream, which not every browser supports natively. Cancels the stream when the loop is left. */
export async function* pieces<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Concatenates `parts`, `length` bytes in total. */
export function join(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
