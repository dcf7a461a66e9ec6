import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { IMPORT_LIMITS, ImportError } from './import/importer';
import { isZip, openZip } from './zip';

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const patched = (bytes: Uint8Array, change: (view: DataView, directory: number) => void): Uint8Array => {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  change(view, view.getUint32(copy.length - 6, true));
  return copy;
};
const renamed = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
  Uint8Array.from(Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1'));
const fault = (run: () => unknown): ImportError => {
  try {
    run();
  } catch (error) {
    if (error instanceof ImportError) return error;
    throw error;
  }
  throw new Error('no error');
};

const plain = zipSync({ 'a/b.txt': [strToU8('hello'), { level: 0 }], 'long.txt': strToU8('xy'.repeat(40_000)) });

describe('the content of an archive', () => {
  test('stored and deflated entries give their content, and names are not used as paths', () => {
    const odd = zipSync({ '../up': strToU8('1'), pppppppp_: strToU8('2'), 'folder/': new Uint8Array(0) });
    expect(isZip(plain)).toBe(true);
    const entries = openZip(plain, 'a.zip');
    expect([...entries.keys()]).toEqual(['a/b.txt', 'long.txt']);
    expect(text(entries.get('a/b.txt')?.read())).toBe('hello');
    expect(text(entries.get('long.txt')?.read())).toBe('xy'.repeat(40_000));
    const names = openZip(renamed(odd, 'pppppppp_', '__proto__'), 'odd.zip');
    expect([...names].map(([name, entry]) => [name, text(entry.read())])).toEqual([
      ['../up', '1'],
      ['__proto__', '2'],
    ]);
  });

  test('an archive may be anywhere in its buffer, and end with a comment', () => {
    const comment = strToU8('made by hand');
    const commented = patched(new Uint8Array([...plain, ...comment]), () => undefined);
    new DataView(commented.buffer).setUint16(plain.length - 2, comment.length, true);
    const inside = new Uint8Array(commented.length + 3);
    inside.set(commented, 3);
    expect(text(openZip(inside.subarray(3), 'c.zip').get('a/b.txt')?.read())).toBe('hello');
  });
});

describe('rejected archives', () => {
  test('a truncated archive', () => {
    expect(fault(() => openZip(plain.subarray(0, 60), 'cut.zip'))).toMatchObject({
      what: 'The archive has no list of contents at its end.',
      where: 'cut.zip',
      why: 'The archive is cut short or damaged.',
      next: 'Copy or download the file again.',
    });
  });

  test('a changed byte, by its checksum', () => {
    const damaged = patched(plain, (view) => view.setUint8(30 + 'a/b.txt'.length, 0x48));
    expect(fault(() => openZip(damaged, 'd.zip').get('a/b.txt')?.read())).toMatchObject({
      what: 'The checksum of "a/b.txt" is wrong.',
      where: 'd.zip, entry "a/b.txt"',
    });
  });

  test('a zip bomb by its stated size, before anything is inflated', () => {
    const bomb = patched(plain, (view, at) => view.setUint32(at + 24, IMPORT_LIMITS.bytes, true));
    expect(fault(() => openZip(bomb, 'bomb.zip'))).toMatchObject({
      what: 'The archive holds 200080000 bytes when inflated.',
      why: 'More than 200000000 bytes do not fit this page.',
    });
  });

  test('a zip bomb that lies about its size, after one chunk', () => {
    const megabytes = zipSync({ 'zeros.bin': new Uint8Array(5_000_000) });
    const liar = patched(megabytes, (view, at) => view.setUint32(at + 24, 1000, true));
    expect(fault(() => openZip(liar, 'liar.zip').get('zeros.bin')?.read())).toMatchObject({
      what: '"zeros.bin" inflates to more than its 1000 bytes.',
      where: 'liar.zip, entry "zeros.bin"',
    });
  });

  test('too many entries, encryption, other methods, damaged data', () => {
    const many = zipSync(Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`${i}`, new Uint8Array(0)])));
    expect(fault(() => openZip(many, 'many.zip')).what).toBe('The archive has 1001 entries.');
    const locked = patched(plain, (view, at) => view.setUint16(at + 8, 1, true));
    expect(fault(() => openZip(locked, 'locked.zip')).what).toBe('The archive is encrypted.');
    const bzip = patched(plain, (view, at) => view.setUint16(at + 10, 12, true));
    expect(fault(() => openZip(bzip, 'bz.zip').get('a/b.txt')?.read()).what).toBe(
      '"a/b.txt" is compressed by method 12.',
    );
    const garbled = patched(plain, (view, at) => view.setUint16(at + 10, 8, true));
    expect(fault(() => openZip(garbled, 'g.zip').get('a/b.txt')?.read()).what).toMatch(/^"a\/b.txt" does not inflate/);
  });

  test('every truncation of an archive is an ImportError', () => {
    for (let length = 0; length < plain.length; length++) {
      const error = fault(() => openZip(plain.subarray(0, length), 'cut.zip'));
      expect(error.what).not.toBe('');
    }
  });
});
