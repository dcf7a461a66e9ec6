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

/**
 * The compiled module; `fused` uses relaxed SIMD, whose multiply-add rounds once.
 * @throws Error with the compiler's message if the source does not compile, or if the module has static data.
 */
export async function compileKernels(fused: boolean): Promise<Uint8Array> {
  const { default: asc } = await import('assemblyscript/asc');
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ['assembly/index.ts', '--baseDir', root, '--outFile', 'kernels.wasm', ...OPTIONS, ...(fused ? RELAXED : [])],
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

/** The TypeScript file that contains both modules. */
export async function kernelFile(): Promise<string> {
  const base64 = async (fused: boolean) => Buffer.from(await compileKernels(fused)).toString('base64');
  return `// Generated from assembly/ by \`npm run kernels\`. Do not edit.
// biome-ignore format: one string
export const KERNEL_BYTES = '${await base64(false)}';

// With relaxed SIMD.
// biome-ignore format: one string
export const FUSED_KERNEL_BYTES = '${await base64(true)}';
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await kernelFile();
  writeFileSync(target, text);
  console.log(`kernelBytes.ts: ${text.length} characters`);
}
