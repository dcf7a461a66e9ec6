// SHA-256. Browsers hide theirs in insecure contexts (http on any host but localhost). There a library computes the same
// about ten times more slowly; it is loaded only then.

/** The SHA-256 of bytes, as 64 lower-case hexadecimal digits (FIPS 180-4). */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = globalThis.crypto?.subtle
    ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    : (await import('@noble/hashes/sha2.js')).sha256(bytes);
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
