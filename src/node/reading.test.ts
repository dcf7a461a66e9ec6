// Files named by users: anything but a plain file, too large a file or invalid JSON is reported in one line, by name, at
// once.
import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, headless } from '../cli/headless.testing';
import { filesIn, readJson } from './reading';

const tiny = '--network tiny --dataset emoji10 --backend wasm --images 8';
const layers = { conv1: {}, conv2: {}, conv3: {}, conv4: {}, fc: {} };
const policy = JSON.stringify({
  layers: Object.fromEntries(Object.keys(layers).map((id) => [id, { weights: 4, activations: 32 }])),
});

const place = folder();
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(place, name), content);
  return join(place, name);
};
execFileSync('mkfifo', [join(place, 'pipe')]);
mkdirSync(join(place, 'folder'));
truncateSync(file('large', 'x'), 10 ** 12);

const kinds = [
  ['a pipe', join(place, 'pipe'), /is not a regular file but a pipe, a socket or a device/],
  ['a device', '/dev/zero', /is not a regular file but a pipe, a socket or a device/],
  ['a terabyte', join(place, 'large'), /has 1,000,000 MB, more than the [\d,]+ MB that are read/],
  ['nothing', file('empty', ''), /is empty/],
] as const;

describe.each([
  ['--policy', `evaluate ${tiny} --policy`],
  ['--model', 'evaluate --dataset emoji10 --backend wasm --model'],
  ['--weights', `evaluate ${tiny} --weights`],
  ['inspect', 'inspect'],
  ['--images-json', 'predict --model public/weights/tiny-emoji10.safetensors --images-json'],
])('%s', (_, line) => {
  it.each(kinds)('tells %s', async (_, path, words) => {
    const { code, stdout, stderr } = await headless(line, path);
    expect({ code: code > 0, stdout }).toEqual({ code: true, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^"${path}" [^\\n]*\\n$`));
    expect(stderr).toMatch(words);
  });
});

it.each([
  ['null', 'null', /^--policy "\S+" does not fit: A config is an object with/],
  ['a list', '[]', /^--policy "\S+" does not fit: A config is an object with/],
  ['cut short', policy.slice(0, 60), /^"\S+" is not valid JSON \(line 1, column 61: .*the text ends/],
  [
    'a comma too many',
    '{\n  "conv1": 1,\n}',
    /^"\S+" is not valid JSON \(line 3, column 1: a name in double quotes should/,
  ],
  ['other widths', policy.replace('4', '9'), /^--policy "\S+" does not fit: Layer "conv1" asks for 9 weight bits/],
  ['nested', `{"conv1": ${'['.repeat(1e5)}${']'.repeat(1e5)}}`, /^"\S+" nests more than 64 levels deep/],
  ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /^"\S+" is not text in UTF-8/],
  ['in UTF-16', Buffer.from(`\uFEFF${policy}`, 'utf16le'), /^"\S+" is in UTF-16: save it in UTF-8/],
])('tells a policy that is %s', async (name, content, words) => {
  const { code, stdout, stderr } = await headless(
    `evaluate ${tiny} --policy`,
    file(`${name.replaceAll(' ', '-')}.json`, content),
  );
  expect({ code: code > 0, stdout }).toEqual({ code: true, stdout: '' });
  expect(stderr).toMatch(words);
  expect(stderr.trimEnd()).not.toContain('\n');
});

it('reads JSON after a byte order mark', async () => {
  expect(await readJson(file('marked.json', `\uFEFF${policy}`))).toEqual(JSON.parse(policy));
});

it('names mismatched weights, and their card', async () => {
  const weights = file('w.safetensors', 'numbers');
  expect((await headless(`evaluate ${tiny} --weights ${weights}`)).stderr).toMatch(
    /^"\S+w\.safetensors" cannot be used: Not a readable safetensors file: it has 7 bytes/,
  );
  file('w.json', '{"sha256": ');
  expect((await headless(`evaluate ${tiny} --weights ${weights}`)).stderr).toMatch(
    /^"\S+w\.json" is not valid JSON \(line 1, /,
  );
  file('w.json', 'null');
  expect((await headless(`evaluate ${tiny} --weights ${weights}`)).stderr).toMatch(
    /^"\S+w\.safetensors" cannot be used/,
  );
});

it('lists a data folder, and refuses anything else', async () => {
  expect(await filesIn(place)).toContain(join(place, 'empty'));
  expect(await filesIn(place)).not.toContain(join(place, 'pipe'));
  for (const path of [join(place, 'none'), join(place, 'empty')])
    expect(await headless('evaluate --network tiny --dataset cifar10 --data', path)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^"\S+" is not a folder that can be read \(\w+\): name the one/),
    });
});

it('reads nothing from a folder of endless or special files', async () => {
  mkdirSync(join(place, 'bare'));
  for (const path of [join(place, 'bare'), '/proc/self/net'])
    expect(await headless('inspect', path)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^"\S+" holds no file of a model: name its file or its folder\.\n$/),
    });
});
