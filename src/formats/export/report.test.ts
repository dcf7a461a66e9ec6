import { describe, expect, it } from 'vitest';
import { uniformPolicy } from '../../graph/policy';
import { sizeInWords } from '../../graph/size';
import { createRng } from '../../math/rng';
import { wilson } from '../../math/statistics';
import { initialize } from '../../zoo/definition';
import { networks } from '../../zoo/registry';
import { packedBytes, packedSizes } from '../packed';
import type { ExportContext } from './context';
import { writeReport } from './report';

const network = initialize(networks.tiny.build([32, 32, 3], 10), createRng(1));
const context: ExportContext = {
  network,
  policy: uniformPolicy(network, 3, 5),
  scheme: { quantizer: 'affine', granularity: 'channel' },
  ranges: new Map(
    ['conv2', 'conv3', 'conv4', 'fc'].map((id) => [
      id,
      { min: 0, max: 2.5, meanMagnitude: 0.7, choice: 'minMax' as const },
    ]),
  ),
  normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  classes: ['<script>alert(1)</script>'],
  provenance: {
    dataset: '<img src=x onerror=alert(1)>',
    split: 'test',
    seed: 7,
    version: '0.1.0',
    backend: 'wasm',
    fingerprint: 'abc123',
    accuracy: wilson(850, 1000),
    floatAccuracy: wilson(900, 1000),
  },
  points: [
    {
      label: '"><svg onload=alert(1)>',
      memoryBytes: 50_000,
      accuracy: wilson(880, 1000),
      policy: uniformPolicy(network, 6, 7),
    },
    { label: 'worse', memoryBytes: 60_000, accuracy: wilson(800, 1000) },
  ],
};

describe('report', () => {
  const html = writeReport(context);

  it('states the measurement and its provenance', () => {
    for (const words of [
      '85.00 %',
      '95 % interval 82.65 to 87.08, n = 1000',
      '90.00 %',
      'Affine min-max',
      'fewbits 0.1.0',
    ])
      expect(html).toContain(words);
    expect(html).toMatch(/<th scope="row">fc<\/th><td>dense<\/td>.*<td>3<\/td><td>5<\/td><td>0.000 to 2.500<\/td>/);
    expect(html).toMatch(/<dt>Seed<\/dt><dd>7<\/dd>/);
  });

  it('has the size and compression of the packed file, as on the page', () => {
    const [bytes, float] = [3, 32].map((bits) =>
      packedBytes(network, uniformPolicy(network, bits as 3, bits === 32 ? 32 : 5), context.scheme),
    );
    const times = (float / bytes).toFixed(1);
    expect(html).toContain(`<dd>${sizeInWords(bytes)}<small>packed file, ${times}× smaller than float</small></dd>`);
    expect(html).toContain(`88.00 %, ${sizeInWords(50_000)}, n = 1000`);
    expect(html).toContain('>40 KB</text>');
    expect(html).not.toContain('As .tflite');
    const small = writeReport({ ...context, device: { flash: 4096, ram: 2048 } });
    expect(small).toContain(
      '<dt>As .tflite</dt><dd>4.0 KB<small>2.0 KB of working memory on a microcontroller</small>',
    );
  });

  it('has bytes, input bytes and SQNR of each layer, and the loss that it causes where known', () => {
    const { layers } = packedSizes(network, context.policy, context.scheme);
    const text = String(layers.get('conv3'));
    expect(html).toMatch(
      new RegExp(`>conv3</th>.*<td>${Number(text).toLocaleString('en-US')}</td><td>320</td><td>1\\d\\.\\d</td></tr>`),
    );
    const cell = { layer: 'conv3', tensor: 'weights', bits: 3, lossIncrease: 0.1234 } as const;
    const known = writeReport({ ...context, sensitivity: [cell] });
    expect(known).toMatch(/>conv3<\/th>.*<td>1\d\.\d<\/td><td>0\.123<\/td><\/tr>/);
  });

  it('has the configs of the front side by side', () => {
    expect(html).toMatch(/<th scope="row">On the front<\/th><td>yes<\/td><td>yes<\/td><\/tr>/);
    expect(html).toMatch(/<th scope="row">conv2<\/th><td>3 \/ 5<\/td><td>6 \/ 7<\/td><\/tr>/);
    expect(html).not.toContain('>worse</th>');
    expect(html).toContain('abc123 (hash of network and images)');
  });

  it('draws the network, and counts classes taken for others', () => {
    expect(html).toContain('<title>conv2: conv2d</title>');
    const two = { ...context, classes: ['ant', 'bee'], confusion: Uint32Array.of(1000, 3, 4, 5) };
    expect(writeReport(two)).toContain('<th scope="row">ant</th><td><b>1,000</b></td><td>3</td></tr>');
    const classes = Array.from({ length: 30 }, (_, i) => `class ${i}`);
    const confusion = new Uint32Array(900);
    confusion[31] = 500;
    confusion[32] = 7;
    expect(writeReport({ ...context, classes, confusion })).toMatch(
      /most frequent mistakes.*<th scope="row">class 1<\/th><td>class 2<\/td><td>7<\/td><\/tr><\/tbody>/,
    );
  });

  it('is self-contained: nothing is loaded, nothing runs', () => {
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(html).not.toMatch(/<(script|img|link|iframe)|<[^>]*\s(href|src|on\w+)=|url\(/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('&quot;&gt;&lt;svg onload');
  });

  it('contains no NaN, with one point or none', () => {
    const bare = writeReport({
      ...context,
      points: [],
      provenance: { ...context.provenance, accuracy: undefined } as never,
    });
    expect(bare).not.toContain('Accuracy against model size');
    expect(bare).toContain('not measured');
    const single = writeReport({ ...context, points: [] });
    for (const text of [html, bare, single]) expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });
});
