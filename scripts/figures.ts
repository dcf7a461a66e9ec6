// Renews the tables of a document that depend on the shipped weights: runs the commands that the document prints, and puts the
// last table that each prints between the comments behind it. The first comment says for which command and weights that was.
// usage: npm run figures -- CIFAR10_DIR KEEP [--all]   (--all: also tables that are up to date)
//
// Searches keep their state in the folder KEEP, so that an interrupted run continues. docs/searches.md takes about half an hour
// of an idle core: a quarter for the searches, the rest for the training of their choices.
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { sha256 } from '../src/data/sha256';
import { PUBLIC } from '../src/node/packageFiles';
import { shippedName } from '../src/zoo/shipped';

const FIGURE =
  /```sh\nnpm run headless -- (?<command>[^`]*)\n```\n\n<!-- figure(?: of (?<stamp>\w+))? -->\n(?<table>[\s\S]*?)<!-- end of figure -->/g;

/** The words of a printed command. */
const wordsOf = (command: string) => command.replaceAll('\\\n', ' ').trim().split(/\s+/);

const flagOf = (words: readonly string[], flag: string) => words[words.indexOf(`--${flag}`) + 1];

/** What a figure is made of: its command, and the weights of the network in it. */
async function stampOf(words: readonly string[]): Promise<string> {
  const name = shippedName(flagOf(words, 'network') as never, flagOf(words, 'dataset') as never);
  const weights = await readFile(join(PUBLIC, `weights/${name}.safetensors`));
  return (await sha256(Buffer.concat([Buffer.from(words.join(' ')), weights]))).slice(0, 12);
}

/** The last table in the output of a command. */
export function lastTable(output: string): string {
  const table = output.match(/(?:^\|.*\|\n?)+/gm)?.at(-1);
  if (table === undefined) throw new Error(`No table was printed:\n${output}`);
  return table.trimEnd();
}

/** Runs a command line of the runner and returns what it printed. */
async function run(words: readonly string[]): Promise<string> {
  const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
  const child = spawn('npx', ['tsx', main, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const part of child.stdout) {
    output += part;
    process.stdout.write(part);
  }
  const code = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
  if (code !== 0) throw new Error(`"${words.join(' ')}" ended with code ${code}.`);
  return output;
}

/** Renews the figures of a document, one after the other; each is written when it is done. Returns how many were. */
export async function renewFigures(
  document: string,
  { data, keep, all }: { readonly data: string; readonly keep: string; readonly all: boolean },
): Promise<number> {
  await mkdir(keep, { recursive: true });
  const printed = [...(await readFile(document, 'utf8')).matchAll(FIGURE)].map(({ groups }) => groups?.command ?? '');
  let renewed = 0;
  for (const command of printed) {
    const words = wordsOf(command);
    const stamp = await stampOf(words);
    const known = [...(await readFile(document, 'utf8')).matchAll(FIGURE)].find(
      ({ groups }) => groups?.command === command,
    );
    if (!all && known?.groups?.stamp === stamp) continue;
    const kept = words[0] === 'search' ? ['--events', join(keep, `${stamp}.jsonl`), '--resume'] : [];
    const table = lastTable(await run([...words.map((word) => (word === 'DIR' ? data : word)), ...kept]));
    const text = (await readFile(document, 'utf8')).replace(FIGURE, (whole, own) =>
      own === command
        ? `\`\`\`sh\nnpm run headless -- ${command}\n\`\`\`\n\n<!-- figure of ${stamp} -->\n\n${table}\n\n<!-- end of figure -->`
        : whole,
    );
    await writeFile(document, text);
    renewed++;
  }
  return renewed;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false } },
  });
  const [data, keep] = positionals;
  if (data === undefined || keep === undefined) throw new Error('usage: npm run figures -- CIFAR10_DIR KEEP [--all]');
  await renewFigures(fileURLToPath(new URL('../docs/searches.md', import.meta.url)), { data, keep, all: values.all });
}
