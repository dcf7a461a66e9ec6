// Results as programs read them: each command writes exactly the fields that docs/cli.md lists, and a request in JSON
// does what the same words do.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folder, headless } from './headless.testing';
import { MARKS, RESULTS, schemaOf } from './results';

const place = folder();
const at = (name: string) => join(place, name);
const tiny = '--network tiny --dataset emoji10 --backend wasm';
const drawing = fileURLToPath(new URL('../node/fixtures/drawing.png', import.meta.url));

/** A command line for each command but `reproduce`, which takes minutes, and `serve`, which has no result. */
const lines: readonly (readonly [command: string, line: string])[] = [
  ['evaluate', `evaluate ${tiny} --policy uniform:4 --images 16`],
  ['evaluate', `evaluate ${tiny} --policy uniform:4 --images 16 --quantizer dsconv --scale-bits 16`],
  ['sensitivity', `sensitivity ${tiny} --weights-only --images 8`],
  ['calibrate', `calibrate ${tiny} --policy uniform:3 --images 16 --calibration-images 16`],
  ['train', `train ${tiny} --epochs 1 --images 64`],
  ['train', `train --qat ${tiny} --policy uniform:3 --weights-only --epochs 1 --images 64`],
  ['distil', `distil ${tiny} --policy uniform:3 --weights-only --epochs 1 --images 64`],
  ['export', `export ${tiny} --policy uniform:3 --images 16 --format onnx --out ${at('x.onnx')}`],
  ['search', `search ${tiny} --method uniform --limit 8x --budget 3 --images 16`],
  [
    'race',
    `race ${tiny} --method random --limits 8x --seeds 1 --budget 3 --images 16 --test-images 16 --results ${at('race.jsonl')}`,
  ],
  ['proxies', `proxies ${tiny} --policies 3 --images 16 --limit 8x`],
  ['inspect', `inspect ${at('x.onnx')}`],
  ['predict', `predict --model ${at('x.onnx')} --images ${drawing} --normalize cifar`],
];

it.each(lines)(
  '%s writes the fields of its schema: %s',
  async (command, line) => {
    const { code, stderr } = await headless(line, '--json', at('out.json'), '--force');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const result = JSON.parse(readFileSync(at('out.json'), 'utf8'));
    expect(result.schema).toBe(schemaOf(command));
    expect(result.program).toMatch(/^fewbits \d+\.\d+\.\d+/);
    const listed = [...Object.keys(MARKS), ...Object.keys(RESULTS[command])];
    expect(Object.keys(result).filter((field) => !listed.includes(field) && !listed.includes(`${field}?`))).toEqual([]);
    expect(listed.filter((field) => !field.endsWith('?') && !(field in result))).toEqual([]);
  },
  120_000,
);

describe('a request', () => {
  const ask = (content: unknown, ...more: string[]) => {
    writeFileSync(at('request.json'), typeof content === 'string' ? content : JSON.stringify(content));
    return headless('--request', at('request.json'), ...more);
  };
  const evaluate = { command: 'evaluate', network: 'tiny', dataset: 'emoji10', backend: 'wasm' };

  it('does what the same words do, and flags beside it win', async () => {
    const words = await headless(`evaluate ${tiny} --policy uniform:4,float --weights-only --images 16`);
    const asked = await ask(
      { ...evaluate, policy: ['uniform:4', 'float'], 'weights-only': true, images: 99 },
      '--images',
      '16',
    );
    const figures = ({ stdout }: { stdout: string }) => stdout.replace(/\d+ images\/s/g, '');
    expect(figures(asked)).toBe(figures(words));
    expect(asked.code).toBe(0);
  });

  it.each([
    ['{"command": ', /is not valid JSON \(.*\): write \{"command"/],
    ['[]', /holds no object/],
    [{ command: 3 }, /"command" is not text/],
    [{ ...evaluate, images: { n: 3 } }, /"images" is neither text, a number/],
    [{ ...evaluate, policy: [] }, /"policy" is neither text, a number/],
    [{ ...evaluate, speed: 3 }, /^There is no flag --speed/],
    [{ ...evaluate, request: 'other.json' }, /a request names no other one/],
    [{ network: 'tiny' }, /^The command is missing/],
  ])('%j is refused in one line', async (content, words) => {
    const { code, stdout, stderr } = await ask(content);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd()).toMatch(words);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is not overwritten by its own result', async () => {
    const { code, stderr } = await ask({ ...evaluate, json: at('request.json') }, '--force');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^--json would overwrite .* which --request reads/);
  });
});

it('each command has a help of its own', async () => {
  const { stdout } = await headless('serve --help');
  expect(stdout).toMatch(/^usage: fewbits serve \[options\]\n/);
  expect(stdout).toContain('--https');
  expect(stdout).not.toContain('--network');
  expect((await headless('measure --help')).code).toBe(2);
});
