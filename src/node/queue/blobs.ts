// Weights and images in Redis: bytes under their SHA-256, in chunks that expire. They travel once, however many jobs name
// them; whoever reads them checks length and hash.
import type { Redis } from 'ioredis';
import { sha256 } from '../../data/sha256';

/** Bytes by their hash. */
export interface Blob {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Largest content in bytes, sent or read. */
export const MOST_BLOB_BYTES = 256 * 2 ** 20;
const CHUNK = 2 ** 20;
/** Seconds that chunks outlive the last search that needs them. */
const KEPT_SECONDS = 3600;

/** Content that is missing, too large, or not of its hash. */
export class BlobError extends Error {
  override readonly name = 'BlobError';
}

const chunkKey = ({ sha256: hash }: Blob, i: number) => `fewbits:blob:${hash}:${i}`;
const chunksOf = ({ bytes }: Blob) => Math.ceil(bytes / CHUNK);

/** The hash and length of content. */
export async function blobOf(content: Uint8Array<ArrayBuffer>): Promise<Blob> {
  return { sha256: await sha256(content), bytes: content.length };
}

/** Stores content, or only what is missing of it, and lets it live for another hour. Resolves to the bytes sent. */
export async function putBlob(redis: Redis, blob: Blob, content: Uint8Array): Promise<number> {
  if (blob.bytes > MOST_BLOB_BYTES)
    throw new BlobError(`${blob.bytes} bytes are more than the ${MOST_BLOB_BYTES} that a queue carries.`);
  let sent = 0;
  for (let i = 0; i < chunksOf(blob); i++) {
    const key = chunkKey(blob, i);
    if ((await redis.expire(key, KEPT_SECONDS)) === 1) continue;
    const chunk = content.subarray(i * CHUNK, (i + 1) * CHUNK);
    await redis.set(key, Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length), 'EX', KEPT_SECONDS);
    sent += chunk.length;
  }
  return sent;
}

/** Reads content of at most `MOST_BLOB_BYTES` back. @throws BlobError if it is not there, or not what its hash says. */
export async function getBlob(redis: Redis, blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes } = blob;
  const content = new Uint8Array(bytes);
  for (let i = 0; i < chunksOf(blob); i++) {
    const [from, to] = [i * CHUNK, Math.min((i + 1) * CHUNK, bytes)];
    const key = chunkKey(blob, i);
    // The length first: a chunk of any other size is not loaded.
    const length = await redis.strlen(key);
    if (length === 0) throw new BlobError(`chunk ${i} of ${blob.sha256.slice(0, 12)} is no longer in Redis`);
    const chunk = length === to - from ? await redis.getBuffer(key) : null;
    if (chunk?.length !== to - from)
      throw new BlobError(`chunk ${i} of ${blob.sha256.slice(0, 12)} has ${length} bytes instead of ${to - from}`);
    content.set(chunk, from);
  }
  if ((await sha256(content)) !== blob.sha256)
    throw new BlobError(`what is in Redis under ${blob.sha256.slice(0, 12)} has another hash`);
  return content;
}
