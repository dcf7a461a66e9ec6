// The package as a stranger meets it: packed, installed into an empty folder, and used by its command, by the script of
// the README and by every example of the library. The build comes first, as for all journeys here.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';

test.describe.configure({ mode: 'serial' });

const ROOT = resolve('.');
const place = mkdtempSync(join(tmpdir(), 'fewbits-package-'));
const empty = join(place, 'empty');
const MOST_BYTES = 15_000_000;

const run = (cwd: string, program: string, ...words: string[]) =>
  promisify(execFile)(program, words, {
    cwd,
    maxBuffer: 1e8,
    env: { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: '0' },
  });

const own = JSON.parse(readFileSync('package.json', 'utf8'));

/** What npm says where it reaches no registry. */
const OFFLINE = /ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/;

/** Installs without a registry: the package's own files, with the dependencies of this checkout beside them. */
async function installOffline(tarball: string): Promise<void> {
  const modules = join(empty, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  await run(place, 'tar', 'xzf', tarball);
  cpSync(join(place, 'package'), join(modules, 'fewbits'), { recursive: true });
  symlinkSync(join('..', 'fewbits', own.bin.fewbits), join(modules, '.bin', 'fewbits'));
  for (const name of Object.keys({ ...own.dependencies, ...own.peerDependencies })) {
    if (own.peerDependenciesMeta[name]?.optional) continue;
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(realpathSync(join(ROOT, 'node_modules', name)), join(modules, name));
  }
}

test('is one file of at most 15 MB without install scripts, and installs into an empty folder', async () => {
  const packed = await run(ROOT, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', place);
  const [{ filename, size, files }] = JSON.parse(packed.stdout);
  expect(size).toBeLessThanOrEqual(MOST_BYTES);
  const names: string[] = files.map(({ path }: { path: string }) => path);
  expect(names).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.html', own.bin.fewbits]));
  // Neither sources nor what only serves to develop.
  expect(names.filter((name) => /^(src|scripts|e2e|public)\/|\.test\.|\.map$/.test(name))).toEqual([]);
  expect(Object.keys(own.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  const tarball = join(place, filename);
  mkdirSync(empty);
  writeFileSync(join(empty, 'package.json'), '{}');
  const began = Date.now();
  try {
    await run(empty, 'npm', 'install', tarball, '--prefer-offline', '--no-audit', '--no-fund');
    test.info().annotations.push({ type: 'install', description: `${size} bytes, ${(Date.now() - began) / 1000} s` });
  } catch (error) {
    if (!OFFLINE.test(String(error))) throw error;
    test
      .info()
      .annotations.push({ type: 'install', description: 'no registry: with the dependencies of this checkout' });
    await installOffline(tarball);
  }
});

test('its command measures', async () => {
  const line = 'fewbits evaluate --network resnet8 --dataset emoji10 --policy uniform:4 --images 500 --json out.json';
  const { stdout } = await run(empty, 'npx', '--no-install', ...line.split(' '));
  expect(stdout).toMatch(/^resnet8 uniform:4: \d\d\.\d\d % .* n = 500, 43\.5 KB/);
  const result = JSON.parse(readFileSync(join(empty, 'out.json'), 'utf8'));
  expect(result).toMatchObject({ program: `fewbits ${own.version}`, n: 500, backend: 'wasm' });
  expect(result.accuracy).toBeGreaterThan(0.85);
});

test('the script of the README runs', async () => {
  const [, script] = /```js\n([^`]*from 'fewbits';[\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  writeFileSync(join(empty, 'bits.mjs'), script);
  const { stdout } = await run(empty, process.execPath, 'bits.mjs');
  const accuracies = [...stdout.matchAll(/value: ([\d.]+)/g)].map(([, value]) => Number(value));
  expect(accuracies).toHaveLength(4);
  expect(accuracies[0]).toBeGreaterThan(0.85);
  expect(accuracies[0]).toBeGreaterThan(accuracies[3]);
  expect(readFileSync(join(empty, 'resnet8.onnx')).toString('latin1')).toContain('fewbits');
});

/** The doc comment of each name of the library, from the declarations that its list names. */
function documented(): Map<string, string> {
  const library = join(empty, 'node_modules', 'fewbits', 'lib', 'types', 'library');
  const list = readFileSync(join(library, 'library.d.ts'), 'utf8');
  const found = new Map<string, string>();
  for (const [, names, from] of list.matchAll(/^export \{([^}]*)\} from '([^']*)\.js'/gm)) {
    const declared = readFileSync(join(library, `${from}.d.ts`), 'utf8');
    for (const word of names.split(',').map((each) => each.trim())) {
      const [name, exported = name] = word.split(' as ');
      const declaration = `export (declare )?(abstract )?(function\\*?|const|class) ${name}\\b`;
      const [, comment] = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*${declaration}`).exec(declared) ?? [];
      if (comment !== undefined) found.set(exported, comment.replace(/^\s*\* ?/gm, ''));
    }
  }
  return found;
}

test('every name of the library is documented, and its example runs', async () => {
  const names: string[] = JSON.parse(
    (
      await run(
        empty,
        process.execPath,
        '-p',
        "import('fewbits').then((all) => console.log(JSON.stringify(Object.keys(all)))), ''",
      )
    ).stdout.trim(),
  );
  expect(names.length).toBeGreaterThanOrEqual(25);
  expect(names.length).toBeLessThanOrEqual(40);
  const comments = documented();
  expect(names.filter((name) => comments.get(name) === undefined)).toEqual([]);
  // Constants and errors explain themselves; everything that is called or looked into has an example.
  const plain = (name: string) => /^[A-Z]/.test(name);
  const examples = names
    .filter((name) => !plain(name))
    .map((name) => [name, /@example\n([\s\S]*?)(?=\n\n|\n@|$)/.exec(comments.get(name) ?? '')?.[1]]);
  expect(examples.filter(([, code]) => code === undefined)).toEqual([]);
  const script = [
    `import { ${names.join(', ')} } from 'fewbits';`,
    "import { writeFile } from 'node:fs/promises';",
    ...examples.map(([name, code]) => `console.log('== ${name}');\n{\n${code}\n}`),
  ].join('\n');
  writeFileSync(join(empty, 'examples.mjs'), script);
  const { stdout, stderr } = await run(empty, process.execPath, 'examples.mjs');
  expect(stdout.match(/^== /gm)).toHaveLength(examples.length);
  expect(stdout).toContain('Layer "conv1" asks for 9 weight bits');
  expect(stderr).not.toContain('Error');
});

test('its types hold in a strict program', async () => {
  writeFileSync(
    join(empty, 'strict.mts'),
    `import { type BitPolicy, measure, open, resultOf, search, uniformPolicy } from 'fewbits';
const session = await open({ network: 'resnet8', dataset: 'emoji10' });
const policy: BitPolicy = uniformPolicy(session.model.network, 4, 8);
const accuracy: number = (await measure(session, policy)).accuracy.value;
const because: string = (await resultOf(search(session, { method: 'greedy' }))).because;
// @ts-expect-error There is no such network.
await open({ network: 'resnet9', dataset: 'emoji10' });
// @ts-expect-error Nor nine bits.
uniformPolicy(session.model.network, 9, 8);
export { accuracy, because };
`,
  );
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const words = [
    '--noEmit',
    '--strict',
    '--pretty',
    'false',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    'node',
  ];
  const roots = ['--typeRoots', join(ROOT, 'node_modules', '@types')];
  // With all declarations that it reaches: no skipLibCheck.
  const { stdout } = await run(empty, process.execPath, tsc, ...words, ...roots, 'strict.mts').catch((error) => error);
  expect(String(stdout)).toBe('');
});
