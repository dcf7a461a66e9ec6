import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { architectureFaults, importsOf } from './architecture';
import { earlyWords, strayTexts } from './pageTexts';

const root = new URL('../src/', import.meta.url);

const sources = new Map(
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => [path.slice(root.pathname.length).replace(/^\/+/, ''), readFileSync(path, 'utf8')]),
);

test('imports follow the arrows', () => {
  expect(architectureFaults(sources)).toEqual([]);
});

test('no source file is longer than 301 lines', () => {
  const lines = (text: string) => text.split('\n').length - 1;
  expect([...sources].filter(([, text]) => lines(text) > 301).map(([path]) => path)).toEqual([]);
});

test('no selector of the desk returns a new array or object: its component would render forever', () => {
  const fresh = /useDesk\([^;]*\?\? (?:\[\]|\{\})\);/;
  expect([...sources].filter(([, text]) => fresh.test(text)).map(([path]) => path)).toEqual([]);
});

describe('the texts of the page are in the catalogue', () => {
  // The error report is read by those who build the page, and devices are called as their makers call them.
  const EXEMPT = ['store/link/errorReport.ts', 'store/measure/devices.ts'];
  const page = [...sources].filter(
    ([path]) => /^(ui|store)\//.test(path) && !/\.(test|testing)\.tsx?$/.test(path) && !EXEMPT.includes(path),
  );

  test('no component, and no action of the store, has texts of its own', () => {
    expect(page.flatMap(([path, source]) => strayTexts(path, source))).toEqual([]);
  });

  test('none is read before another language is loaded', () => {
    expect(page.flatMap(([path, source]) => earlyWords(path, source))).toEqual([]);
  });

  test.each([
    '<p>Layers</p>',
    '<p title="bits" />',
    `<Panel label={\`\${a} bits\`} />`,
    "<p>{ready ? 'Use this network' : null}</p>",
    "const options = [{ value: 'a', label: 'float' }];",
    `const line = \`\${a} images\`;`,
    "announce('The link is opened.');",
    `showProblem(\`\${label} could not be removed: \${why}\`);`,
  ])('a text outside is reported: %s', (source) => {
    expect(strayTexts('ui/x.tsx', source)).toHaveLength(1);
  });

  test.each([
    '<p className="note wide" id="Train">{a} · 4 {faders.presets}</p>',
    "if (key === 'Arrow Up') throw new Error('No such key here');",
    `const path = \`M\${a},5h12v\${b}\`;`,
  ])('what is no text is not: %s', (source) => {
    expect(strayTexts('ui/x.tsx', source)).toEqual([]);
  });

  test('words at module level are reported, in functions they are not', () => {
    const source =
      "import { faders } from '../../words/en/faders'; const MODES = [faders.weights]; const f = () => faders.a;";
    expect(earlyWords('ui/x.tsx', source)).toEqual(['ui/x.tsx:1: faders']);
    const numbers =
      "import { count } from '../../words/numbers'; const axis = { format: count }; const n = count(1000);";
    expect(earlyWords('ui/x.tsx', numbers)).toEqual(['ui/x.tsx:1: count']);
  });
});

test('the check sees the source files', () => {
  expect(sources.size).toBeGreaterThan(60);
  for (const entry of ['main.tsx', 'engine/worker.ts']) expect(sources.has(entry), entry).toBe(true);
  expect(importsOf('main.tsx', sources.get('main.tsx') as string)).toContainEqual({
    specifier: './engine/worker.ts',
    kind: 'worker',
  });
});

describe('each broken rule is reported', () => {
  test.each([
    ['math/x.ts', `import { a } from '../quant/affine';`],
    ['math/x.ts', `import { readFileSync } from 'node:fs';`],
    ['quant/x.ts', `import type { BitPolicy } from '../graph/policy';`],
    ['graph/x.ts', `import { affine } from '../quant/affine';`],
    ['graph/x.ts', `import { type Quantizer } from '../quant/quantizer';`],
    ['graph/x.ts', `export const load = () => import('../nn/plan');`],
    ['zoo/x.ts', `import { affine } from '../quant/affine';`],
    ['zoo/x.ts', `export let t: import('../nn/plan').Plan;`],
    ['formats/x.ts', `import * as tf from '@tensorflow/tfjs-core';`],
    ['data/x.ts', `import type { Network } from '../graph/network';`],
    ['optim/x.ts', `import { costs } from '../quant/affine';`],
    ['optim/x.ts', `export { train } from '../train/train';`],
    ['nn/kernels/x.ts', `import { train } from '../../train/train';`],
    ['nn/x.ts', `import * as tf from '@tensorflow/tfjs';`],
    ['train/x.ts', `import { networks } from '../zoo/registry';`],
    ['train/x.ts', `import '@tensorflow/tfjs-backend-wasm';`],
    ['search/x.ts', `import * as tf from '@tensorflow/tfjs-core';`],
    ['engine/x.ts', `import { desk } from '../store/desk';`],
    ['engine/x.ts', `import { useState } from 'react';`],
    ['store/x.ts', `import { resnet8 } from '../zoo/resnet';`],
    ['store/x.ts', `import { chooseBackend } from '../engine/backend';`],
    ['store/x.ts', `import type { TrainOptions } from '../train/train';`],
    ['store/x.ts', `import { App } from '../ui/App';`],
    ['ui/page/x.tsx', `import { createClient } from '../../engine/client';`],
    ['ui/page/x.tsx', `import { TRAIN } from '../../engine/protocol/measuring';`],
    ['ui/page/x.tsx', `export * from '../../train/train';`],
    ['ui/page/x.tsx', `import * as tf from '@tensorflow/tfjs-core';`],
    ['utils/x.ts', `export const a = 1;`],
  ])('%s: %s', (path, source) => {
    expect(architectureFaults(new Map([[path, source]]))).toHaveLength(1);
  });
});

test.each([
  ['quant/x.ts', `import { roundHalfToEven } from '../math/rounding';`],
  ['graph/x.ts', `import type { Quantizer } from '../quant/quantizer';`],
  ['optim/x.ts', `import type { BitPolicy } from '../graph/policy';`],
  ['nn/kernels/x.ts', `import { a } from '../plan'; import { b } from '../../quant/affine';`],
  ['store/x.ts', `import { networks } from '../zoo/registry'; import { create } from 'zustand/vanilla';`],
  [
    'ui/page/x.tsx',
    `import type { Measurement } from '../../engine/protocol/measuring'; import { useState } from 'react';`,
  ],
  ['math/x.test.ts', `import { train } from '../train/train'; import { test } from 'vitest';`],
])('a downward import passes: %s: %s', (path, source) => {
  expect(architectureFaults(new Map([[path, source]]))).toEqual([]);
});

test('folders of store and ui that import each other are reported', () => {
  const house = new Map([
    ['store/search/queue.ts', `import { pause } from '../train/training';`],
    ['store/train/training.ts', `import type { Desk } from '../state/desk'; import { undo } from '../link/undo';`],
    ['store/link/undo.ts', `import { stop } from '../search/queue';`],
    ['store/state/desk.ts', ''],
  ]);
  expect(architectureFaults(house)).toEqual([
    'store/link -> store/search -> store/train -> store/link: folders must not import each other in a cycle',
  ]);
});

describe('bundles', () => {
  test('tfjs reached through an allowed file is reported with its path', () => {
    const house = new Map([
      ['main.tsx', `import './store/network/session';`],
      ['store/network/session.ts', `import { call } from '../../engine/client';`],
      ['engine/client.ts', `import { open } from './backend';`],
      ['engine/backend.ts', `import * as tf from '@tensorflow/tfjs-core';`],
    ]);
    expect(architectureFaults(house)).toEqual([
      'main.tsx -> store/network/session.ts -> engine/client.ts -> engine/backend.ts -> @tensorflow/tfjs-core: ' +
        'the page loads before tfjs does',
    ]);
  });

  test('types and the worker itself are not part of the page’s bundle', () => {
    const house = new Map([
      ['main.tsx', `import './store/network/session'; new Worker(new URL('./engine/worker.ts', import.meta.url));`],
      ['store/network/session.ts', `import type { Commands } from '../../engine/protocol/commands';`],
      ['engine/protocol/commands.ts', `import * as tf from '@tensorflow/tfjs-core';`],
      ['engine/worker.ts', `import * as tf from '@tensorflow/tfjs-core';`],
    ]);
    expect(architectureFaults(house)).toEqual([]);
  });
});
