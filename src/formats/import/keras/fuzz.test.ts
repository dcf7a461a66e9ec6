import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { openZip } from '../../zip';
import { fuzz } from '../fuzz.testing';
import { fixture } from './fixtures.testing';
import { kerasZip } from './kerasZip';
import { kerasH5 } from './legacyH5';

const LONG = { timeout: 600_000 };

test('corrupted .h5 files are read or refused in four sentences, in time', LONG, async () => {
  const report = await fuzz(kerasH5.read, [fixture('residual.h5')], { headEnd: 16_384 });
  expect(report.errors.size).toBeGreaterThan(2);
  expect(report.read).toBeGreaterThan(0);
});

test('corrupted .keras files too', LONG, async () => {
  const report = await fuzz(kerasZip.read, [fixture('chain.keras')]);
  expect(report.errors.size).toBeGreaterThan(2);
});

test('and .keras files whose entries were corrupted before packing', LONG, async () => {
  const { name, bytes } = fixture('chain.keras');
  const entries = [...openZip(bytes, name)].map(([entry, content]) => ({ name: entry, bytes: content.read() }));
  const report = await fuzz((files) => {
    const content = Object.fromEntries(files.map((file) => [file.name, file.bytes]));
    return kerasZip.read([{ name, bytes: zipSync(content, { level: 0 }) }]);
  }, entries);
  expect(report.errors.size).toBeGreaterThan(2);
  expect(report.read).toBeGreaterThan(0);
});
