import { afterEach, expect, test, vi } from 'vitest';
import { sha256 } from './sha256';

afterEach(() => vi.unstubAllGlobals());

// FIPS 180-2, appendix B: one block, two blocks, a million times "a"; and nothing at all.
const KNOWN = [
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  ['a'.repeat(1e6), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
] as const;

test.each(['the browser’s', 'the library’s'])('known digests, %s', async (whose) => {
  // As on a page at http://192.168.x.x.
  if (whose === 'the library’s') vi.stubGlobal('crypto', { getRandomValues: () => undefined });
  for (const [text, digest] of KNOWN) expect(await sha256(new TextEncoder().encode(text))).toBe(digest);
});
