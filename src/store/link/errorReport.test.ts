import { expect, test, vi } from 'vitest';
import { loadedDesk } from '../state/desk.testing';
import { errorReport } from './errorReport';

test('a report says what happened and in which environment, without images or weights', () => {
  vi.stubGlobal('navigator', { userAgent: 'a browser' });
  vi.stubGlobal('location', new URL('http://127.0.0.1/#v1/resnet8/w=4/by=Aunt%20Ann/tab=train'));
  const passedOver = [{ name: 'webgl', reason: 'WebGL 2 is not available' }] as const;
  const classes = ['Aunt Ann', 'Uncle Bob'];
  const now = {
    ...loadedDesk('trained'),
    backend: { name: 'wasm', device: 'WebAssembly SIMD', passedOver },
    dataset: { id: 'folder', label: '2 classes', classes, train: 7, validation: 2, test: 3, notes: ['ann.png'] },
  } as const;
  const error = { name: 'BackendError', message: 'it was lost.', cause: 'Dawn says so', stack: 'at a\nat b' };
  const report = errorReport(now, error, 'The engine stopped: it was lost.');
  for (const part of [
    'what the page said: The engine stopped: it was lost.',
    'error: BackendError: it was lost.\ncaused by: Dawn says so',
    'browser: a browser',
    'engine: starting, wasm WebAssembly SIMD\n  passed over webgl: WebGL 2 is not available',
    'images: folder, 7 + 2 + 3',
    'weights: trained, 1',
    '  {"op":"conv2d","id":"stem"',
    'stack: \n  at a\n  at b',
  ])
    expect(report).toContain(part);
  expect(report).toMatch(/fewbits: \d+\.\d+\.\d+\npage: http:\/\/127\.0\.0\.1\/#v1\/resnet8\/w=4\/tab=train$/m);
  expect(report).not.toMatch(/Aunt|Uncle|ann\.png/);
  expect(
    errorReport({ ...now, network: null, dataset: null, backend: null }, { name: 'E', message: 'm' }, 'w'),
  ).toContain('weights: not loaded');
  vi.unstubAllGlobals();
});
