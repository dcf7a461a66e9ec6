// The engine without a page, for tests, benches and long runs.
// usage: npm run headless -- evaluate|sensitivity|calibrate|train|distil|export|search|reproduce --network ID --dataset ID [options]; `--help` lists them.
import { writeFile } from 'node:fs/promises';
import { runCalibrate } from './calibrate';
import { runExport } from './export';
import { flags, HELP, positionals, UsageError } from './flags';
import { runEvaluate, runSensitivity } from './measure';
import { runInspect } from './model';
import { runReproduce } from './reproduce';
import { runSearches } from './search';
import { prepare, type Setting } from './setting';
import { runDistill, runTrain } from './train';

const COMMANDS: Readonly<Record<string, (setting: Setting) => Promise<unknown>>> = {
  evaluate: runEvaluate,
  sensitivity: runSensitivity,
  calibrate: runCalibrate,
  train: runTrain,
  distil: runDistill,
  distill: runDistill,
  export: runExport,
  search: runSearches,
  reproduce: runReproduce,
};

try {
  const command = positionals[0] ?? '';
  if (flags.help) console.log(HELP);
  else {
    if (command !== 'inspect' && !Object.hasOwn(COMMANDS, command))
      throw new UsageError(
        `"${command}" is no command; choose one of: ${[...Object.keys(COMMANDS), 'inspect'].join(', ')}. Try --help.`,
      );
    const result = command === 'inspect' ? await runInspect(positionals[1]) : await COMMANDS[command](await prepare());
    if (flags.json !== undefined) await writeFile(flags.json, `${JSON.stringify(result, null, 2)}\n`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
