import { describe, expect, it } from 'vitest';
import { uniformPolicy } from '../../graph/policy';
import { createRng } from '../../math/rng';
import { initialize } from '../../zoo/definition';
import { networks } from '../../zoo/registry';
import { isZip, openZip } from '../zip';
import { type ExportId, exports } from './registry';
import { contextOf } from './witness.testing';
import { writeExport } from './write';

const network = { ...initialize(networks.tiny.build([32, 32, 3], 10), createRng(1)), name: '../Tiny "1" \u202e' };
const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
const ranges = new Map(
  network.nodes.map(({ id }) => [id, { min: 0, max: 2, meanMagnitude: 0.5, choice: 'minMax' as const }]),
);
const context = { ...contextOf(network, uniformPolicy(network, 4, 8), scheme, ranges), tensorRanges: ranges };

describe('every export', () => {
  it.each(Object.keys(exports) as ExportId[])(
    '%s writes files with portable names that state the measurement',
    (id) => {
      const files = writeExport(id, context);
      for (const { name, content } of files) {
        expect(name).toMatch(/^[a-z0-9-]+(\.[a-z]+)+$/);
        expect(content.length).toBeGreaterThan(100);
      }
      if (id === 'tfjs') return expect(files.map(({ name }) => name)).toEqual(['model.json', 'weights.bin']);
      expect(files[0].name).toMatch(/^tiny-1-noise\./);
      const { content } = files[0];
      const latin = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
      const text =
        typeof content === 'string'
          ? content
          : isZip(content)
            ? [...openZip(content, '').values()].map((entry) => latin(entry.read())).join()
            : latin(content);
      expect(text).toContain('symmetric/channel');
    },
  );

  it('rejects an option that it does not have', () => {
    expect(() => writeExport('csv', context, { int2: true })).toThrow('Bit widths (CSV) has no option "int2".');
  });
});
