// The outputs of a command are checked before its work: they must be writable, and replace nothing but earlier outputs.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ExportId, exports } from '../formats/export/registry';
import { contextOf } from '../formats/export/witness.testing';
import { writeExport } from '../formats/export/write';
import { uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { folder, headless } from './headless.testing';
import { areWeightsOf, isEarlier, type OutputKind } from './ours';

const inspect = 'inspect public/weights/tiny-emoji10.safetensors --json';
const tiny = '--network tiny --dataset emoji10 --backend wasm --images 8';

describe('an unwritable output', () => {
  const place = folder();
  writeFileSync(join(place, 'file'), 'mine');
  mkdirSync(join(place, 'folder'));
  it.each([
    ['in no folder', join(place, 'none', 'out.json'), /there is no folder ".*none"; make it first\.$/],
    ['below a file', join(place, 'file', 'out.json'), /".*file" is not a folder; name one\.$/],
    ['a folder', join(place, 'folder'), /it is a folder; name a file in it\.$/],
    ['a folder by its slash', join(place, 'new/'), /it names no file; give it a name\.$/],
    ['without a name', '', /it names no file; give it a name\.$/],
    ['with too long a name', join(place, 'n'.repeat(300)), /its name is too long; shorten it\.$/],
    ['where there are no files', '/proc/out.json', /the folder "\/proc" takes no files \(\w+\); name another\.$/],
  ])('is refused before any work: %s', async (_, path, words) => {
    const before = readdirSync(place);
    for (const line of [inspect, `train ${tiny} --out`, `search ${tiny} --method uniform --events`]) {
      const { code, stdout, stderr } = await headless(line, path);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr.trimEnd()).toMatch(words);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
    expect(readdirSync(place)).toEqual(before);
  });
});

it.each([
  ['--json', inspect, 'notes.json', '{"about": "fewbits 0.1.0"}'],
  ['--json', inspect, 'empty.json', '[]'],
  ['--out', `export ${tiny} --format packed --out`, 'load.py', 'import torch\n'],
  ['--out', `export ${tiny} --format packed --out`, 'load.py', '# Reads a packed file of fewbits: but mine\n'],
  ['--out', `export ${tiny} --format tfjs --out`, 'weights.bin', 'numbers'],
  ['--out', `export ${tiny} --format onnx --out`, 'x', 'an essay'],
  ['--out', `train ${tiny} --out`, 'x.json', '{}'],
  ['--events', `search ${tiny} --method uniform --events`, 'x', 'one line\n'],
  ['--events', `search ${tiny} --method uniform --events`, 'x', '{"program": "fewbits 0.1.0"}\n'],
])('%s of "%s" leaves %s that holds %j alone', async (flag, line, name, content) => {
  const place = folder();
  writeFileSync(join(place, name), content);
  const { code, stdout, stderr } = await headless(line, join(place, line === inspect ? name : 'x'));
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(
    /^--\S+ would overwrite "\S+", which is not an earlier output of this kind: [^\n]*--force\.\n$/,
  );
  expect(stderr.startsWith(`${flag} `)).toBe(true);
  expect(readdirSync(place)).toEqual([name]);
  expect(readFileSync(join(place, name), 'utf8')).toBe(content);
});

it('replaces earlier outputs, and any file with --force', async () => {
  const place = folder();
  const out = join(place, 'out.json');
  writeFileSync(out, 'mine');
  symlinkSync(out, join(place, 'link.json'));
  expect(await headless(`${inspect} ${out} --force`)).toMatchObject({ code: 0, stderr: '' });
  expect(await headless(`${inspect} ${join(place, 'link.json')}`)).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ program: expect.stringMatching(/^fewbits \d/) });
  const model = `export ${tiny} --format tfjs --out ${join(place, 'model.json')}`;
  for (let i = 0; i < 2; i++) expect(await headless(model)).toMatchObject({ code: 0, stderr: '' });
  // The second model's shard would replace the one that the first model names.
  expect(await headless(`${model}.other`)).toMatchObject({ code: 2, stderr: expect.stringMatching(/weights\.bin"/) });
  expect(existsSync(`${join(place, 'model.json')}.other`)).toBe(false);
});

it('writes into streams without replacing them', async () => {
  expect(await headless(`${inspect} /dev/null`)).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync('/dev/null')).toHaveLength(0);
});

it('writes no file twice, and no file that it reads', async () => {
  const place = folder();
  const path = join(place, 'x.json');
  const twice = await headless(
    `train ${tiny} --out ${join(place, 'x.safetensors')} --json ${place}/../${place.split('/').at(-1)}/x.json`,
  );
  expect(twice.stderr).toMatch(/^--out and --json would both write "\S+x\.json": name two files\.\n$/);
  await headless(`export ${tiny} --format policy --out ${path}`);
  const before = readFileSync(path);
  const read = await headless(`evaluate ${tiny} --policy float,${path} --json ${path} --force`);
  expect(read.stderr).toMatch(/^--json would overwrite "\S+", which --policy reads: name another file\.\n$/);
  expect(readFileSync(path)).toEqual(before);
  const inspected = await headless(`inspect ${path} --json ${path} --force`);
  expect(inspected.stderr).toMatch(/^--json would overwrite "\S+", which inspect reads: name another file\.\n$/);
});

describe('earlier outputs', () => {
  const network = initialize(networks.tiny.build([32, 32, 3], 10), createRng(1));
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const ranges = new Map(
    network.nodes.map(({ id }) => [id, { min: -1, max: 1, meanMagnitude: 0.5, choice: 'minMax' as const }]),
  );
  const context = { ...contextOf(network, uniformPolicy(network, 4, 8), scheme, ranges), tensorRanges: ranges };
  const files = (Object.keys(exports) as ExportId[]).map((id) => [id, writeExport(id, context)] as const);
  const bytesOf = (content: string | Uint8Array) => Buffer.from(content as string);

  it.each(files)('are recognized: %s', (id, [{ content }, ...beside]) => {
    expect(isEarlier(id, bytesOf(content))).toBe(true);
    expect(beside.map(({ name }) => name)).toEqual('beside' in exports[id] ? exports[id].beside : []);
  });

  it('are not mistaken for another kind', () => {
    const kinds: OutputKind[] = [...files.map(([id]) => id), 'result', 'events', 'weights', 'card', 'loader', 'shard'];
    for (const [id, [{ content }]] of files)
      expect(kinds.filter((kind) => isEarlier(kind, bytesOf(content)))).toEqual(
        id === 'onnx' || id === 'qonnx' ? ['onnx', 'qonnx'] : [id],
      );
  });

  it('identify the shard of a model by its length', () => {
    const [model, shard] = writeExport('tfjs', context).map(({ content }) => bytesOf(content));
    expect(areWeightsOf(model, 'weights.bin', shard)).toBe(true);
    expect(areWeightsOf(model, 'weights.bin', shard.subarray(4))).toBe(false);
    expect(areWeightsOf(model, 'other.bin', shard)).toBe(false);
    expect(areWeightsOf(bytesOf('{}'), 'weights.bin', shard)).toBe(false);
  });
});
