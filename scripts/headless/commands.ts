// The commands of the headless runner, and what running one with a line of arguments comes to.
import { version } from '../../package.json';
import { brief } from '../../src/formats/import/importer';
import { runCalibrate } from './calibrate';
import { runExport } from './export';
import { flags, HELP, positionals, takeArguments, UsageError } from './flags';
import { runEvaluate, runSensitivity } from './measure';
import { runInspect } from './model';
import { checkOutputs } from './outputs';
import { runPredict } from './predict';
import { runProxies } from './proxies';
import { runReproduce } from './reproduce';
import { runSearches } from './search';
import { prepare, type RunInputs } from './setting';
import { runDistill, runTrain } from './train';
import { writeWhole } from './writing';

/** Commands that measure nothing on a data set. */
const ALONE: Readonly<Record<string, () => Promise<unknown>>> = {
  inspect: () => runInspect(positionals[1]),
  predict: runPredict,
};

const COMMANDS: Readonly<Record<string, (setting: RunInputs) => Promise<unknown>>> = {
  evaluate: runEvaluate,
  sensitivity: runSensitivity,
  calibrate: runCalibrate,
  train: runTrain,
  distil: runDistill,
  distill: runDistill,
  export: runExport,
  search: runSearches,
  proxies: runProxies,
  reproduce: runReproduce,
};

/** A result, or several, with the mark by which it may be replaced later. */
const marked = (result: unknown): unknown =>
  Array.isArray(result) ? result.map(marked) : { program: `fewbits ${version}`, ...(result as object) };

/** Runs one command line: prints what comes out, or one line about what is wrong. Resolves with the exit code. */
export async function runCommand(line: readonly string[]): Promise<number> {
  try {
    takeArguments(line);
    if (flags.help) {
      console.log(HELP);
      return 0;
    }
    const command = positionals[0] ?? '';
    const alone = Object.hasOwn(ALONE, command);
    if (!alone && !Object.hasOwn(COMMANDS, command))
      throw new UsageError(
        `"${command}" is no command; choose one of: ${[...Object.keys(COMMANDS), ...Object.keys(ALONE)].join(', ')}. Try --help.`,
      );
    await checkOutputs(command);
    const result = alone ? await ALONE[command]() : await COMMANDS[command](await prepare());
    if (flags.json !== undefined) await writeWhole(flags.json, `${JSON.stringify(marked(result), null, 2)}\n`);
    return 0;
  } catch (error) {
    // Of names and values out of files, no more than a line can hold.
    console.error(brief((error as Error).message.replace(/\s+/g, ' ')));
    return error instanceof UsageError ? 2 : 1;
  }
}
