// Compiles the WebAssembly kernels: assembly/ (AssemblyScript) -> src/nn/kernels/wasm/kernelBytes.ts. The result is
// committed, so that neither the page nor the tests need the compiler. Run `npm run kernels` after every change in
// assembly/.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = new URL('../src/nn/kernels/wasm/kernelBytes.ts', import.meta.url);

// `--use abort=` and the stub runtime, because the module allocates nothing and reports nothing. No static data either:
// it would be written into tfjs' memory.
const OPTIONS = ['--runtime', 'stub', '--importMemory', '--enable', 'simd', '-O3', '--noAssert', '--use', 'abort='];
const RELAXED = ['--enable', 'relaxed-simd'];

/** The modules: their names in the file, entries in assembly/, and whether they use relaxed SIMD. */
const MODULES = [
  { name: 'KERNEL_BYTES', entry: 'index', relaxed: false, what: '' },
  {
    name: 'FUSED_KERNEL_BYTES',
    entry: 'index',
    relaxed: true,
    what: 'With relaxed SIMD, whose multiply-add rounds once.',
  },
  { name: 'INTEGER_BYTES', entry: 'integers', relaxed: false, what: 'Layers of integers.' },
  { name: 'RELAXED_INTEGER_BYTES', entry: 'relaxedIntegers', relaxed: true, what: 'Products of bytes.' },
] as const;

/**
 * A compiled module.
 * @throws Error with the compiler's message if the source does not compile, or if the module has static data.
 */
async function compileKernels({ entry, relaxed }: (typeof MODULES)[number]): Promise<Uint8Array> {
  const { default: asc } = await import('assemblyscript/asc');
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [`assembly/${entry}.ts`, '--baseDir', root, '--outFile', 'kernels.wasm', ...OPTIONS, ...(relaxed ? RELAXED : [])],
    {
      writeFile: (_name, contents) => {
        bytes = contents as Uint8Array;
      },
    },
  );
  if (error !== null || bytes === undefined) throw new Error(`assembly/ does not compile: ${error} ${stderr}`);
  if (sectionIds(bytes).includes(DATA_SECTION))
    throw new Error('The kernels carry static data, which would overwrite tfjs memory: use numbers, not StaticArray.');
  return bytes;
}

const DATA_SECTION = 11;

/** Ids of a module's sections, in order. Reference: WebAssembly core specification, 5.5. */
function sectionIds(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at++]);
    let size = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = bytes[at++];
      size |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    at += size;
  }
  return ids;
}

/** The TypeScript file that contains the modules. */
export async function kernelFile(): Promise<string> {
  let file = '// Generated from assembly/ by `npm run kernels`. Do not edit.\n';
  for (const module of MODULES) {
    const base64 = Buffer.from(await compileKernels(module)).toString('base64');
    if (module.what !== '') file += `\n// ${module.what}\n`;
    file += `// biome-ignore format: one string\nexport const ${module.name} = '${base64}';\n`;
  }
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await kernelFile();
  writeFileSync(target, text);
  console.log(`kernelBytes.ts: ${text.length} characters`);
}
