// Runs every suite and ends with the count. `npm test` runs the unit tests, the production build and the end-to-end
// tests; `--static` adds types, lint, format and unused code; `--long` instead runs what takes minutes (*.long.test.ts
// and *.long.spec.ts) and writes the result into docs/testing.md. A suite that crashes, or runs nothing, counts as
// failed.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOrInstallChromium } from './chromium';
import { type Counts, checkCount, playwrightCounts, summary, total, vitestCounts } from './counts';
import { freePort } from './freePort';

const reports = join('.cache', 'test');
const long = process.argv.includes('--long');
// Read by vite.config.ts and playwright.config.ts.
if (long) process.env.TESTS = 'long';

/** Runs a program of node_modules/.bin with inherited output; resolves with its exit code, or 1 for a signal. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join('node_modules', '.bin', program), ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** A suite's report, or undefined if there is none or it cannot be read. */
function readReport(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function unitTests(): Promise<Counts> {
  const report = join(reports, 'vitest.json');
  const code = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  return vitestCounts(readReport(report), code);
}

async function journeys(): Promise<Counts> {
  if (findOrInstallChromium() === undefined) {
    console.error('No Chromium: install one (e.g. `apt-get install chromium`) or name it in CHROME_PATH.');
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const report = join(reports, 'playwright.json');
  const code = await run('playwright', ['test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    E2E_PORT: String(await freePort()),
  });
  return playwrightCounts(readReport(report), code);
}

const check =
  (program: string, ...args: string[]) =>
  async () =>
    checkCount(await run(program, args));

const build = async () => total([await check('vite', 'build')(), await check('tsx', 'scripts/buildLibrary.ts')()]);

const staticChecks: Readonly<Record<string, () => Promise<Counts>>> = {
  types: check('tsc', '--noEmit'),
  lint: check('biome', 'lint', '--error-on-warnings'),
  format: check('biome', 'format'),
  'unused files and exports': check('knip'),
};

/** Writes the date and counts of a long run into their line of docs/testing.md. */
function writeOutcome(counts: Counts): void {
  const page = join('docs', 'testing.md');
  const line = `Last long run: ${new Date().toISOString().slice(0, 10)}, ${summary(counts)}.`;
  writeFileSync(page, readFileSync(page, 'utf8').replace(/^Last long run: .*$/m, line));
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const results: Counts[] = [];
async function suite(name: string, runSuite: () => Promise<Counts>): Promise<Counts> {
  console.log(`\n== ${name}`);
  const counts = await runSuite().catch((error): Counts => {
    console.error(error);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  console.log(`== ${name}: ${summary(counts)}`);
  results.push(counts);
  return counts;
}

if (process.argv.includes('--static'))
  for (const [name, runCheck] of Object.entries(staticChecks)) await suite(name, runCheck);
await suite('unit tests', unitTests);
const built = await suite('production build', build);
await suite('journeys in the browser', async () => {
  if (built.failed === 0) return journeys();
  console.error('Not run: there is no build.');
  return { passed: 0, failed: 1, skipped: 0 };
});

const counts = total(results);
if (long) writeOutcome(counts);
process.exitCode = counts.failed > 0 ? 1 : 0;
console.log(`\n${summary(counts)}`);
