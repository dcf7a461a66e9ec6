import { expect, test } from 'vitest';
import { isLayer } from '../graph/network';
import type { UniformGrid } from '../quant/uniformGrid';
import { networks } from '../zoo/registry';
import { neededForms } from './codeFlow';
import { compile } from './plan';

/** Forms by the id of the step's node, as `float`, `codes` or both. All layers but those in `floats` read codes of 4 bits. */
function formsOf(
  id: 'resnet8' | 'vgg-small',
  floats: readonly string[],
  keepsFloat: (step: number) => boolean = () => false,
) {
  const steps = compile(networks[id].build([32, 32, 3], 10));
  const grid = (layer: string): UniformGrid => ({ scale: layer === '2s' ? 2 : 1, offset: 0, minCode: 0, maxCode: 15 });
  const forms = neededForms(
    {
      steps,
      inputs: steps.map(({ inputs }) => inputs),
      gridOf: (i) =>
        isLayer(steps[i].node) && !floats.includes(steps[i].node.id) ? grid(steps[i].node.id) : undefined,
      keepsFloat,
    },
    new Set(steps.keys()),
  );
  const names = [...forms].map(([i, { float, codes }]) => {
    const words = [...(float ? ['float'] : []), ...(codes ? ['codes'] : [])].join(' and ');
    return [steps[i].node.id, words] as const;
  });
  return { steps, forms: Object.fromEntries(names) };
}

test('codes between layers that read codes, floats for sums and averages', () => {
  const { forms } = formsOf('resnet8', ['stem']);
  expect(forms).toMatchObject({
    stem: 'float', // it reads the image and makes no codes
    '1a': 'codes',
    '1b': 'float',
    '1.add': 'float', // 2a and 2s read it with different grids
    '2a': 'codes',
    '2s': 'float',
    '2.add': 'codes',
    '3.add': 'float',
    pool: 'float',
    fc: 'float',
  });
  // The shortcut reads numbers, 1a codes.
  expect(formsOf('resnet8', []).forms.stem).toBe('float and codes');
});

test('a maximum is taken of codes if nobody needs the numbers', () => {
  const id = (op: string) =>
    compile(networks['vgg-small'].build([32, 32, 3], 10)).find(({ node }) => node.op === op)?.node.id;
  const pool = id('maxPool') as string;
  const { forms, steps } = formsOf('vgg-small', ['1a']);
  expect(forms[pool]).toBe('codes');
  const kept = formsOf('vgg-small', ['1a'], (i) => steps[i].node.id === pool);
  expect(kept.forms[pool]).toBe('float');
});

test('everything is floats where no layer reads codes, and where all are kept they exist too', () => {
  const { steps } = formsOf('resnet8', []);
  const layers = steps.map(({ node }) => node.id);
  expect(new Set(Object.values(formsOf('resnet8', layers).forms))).toEqual(new Set(['float']));
  for (const words of Object.values(formsOf('resnet8', ['stem'], () => true).forms)) expect(words).toMatch(/^float/);
});
