// The commands of the headless runner, and the execution of one command line.
import { version } from '../../package.json';
import { brief } from '../formats/import/importer';
import { UsageError } from '../node/usageError';
import { writeWhole } from '../node/writing';
import { runCalibrate } from './calibrate';
import { refuseUntaken } from './commandFlags';
import { runExport } from './export';
import { flags, positionals, takeArguments } from './flags';
import { helpText } from './help';
import { runEvaluate, runSensitivity } from './measure';
import { runInspect } from './model';
import { checkOutputs } from './outputs';
import { runPredict } from './predict';
import { runProxies } from './proxies';
import { runRace } from './race';
import { runReproduce } from './reproduce';
import { schemaOf } from './results';
import { runRoom } from './room';
import { runSearches } from './search';
import { runServe } from './serve';
import { prepare, type RunInputs } from './setting';
import { runDistill, runTrain } from './train';
import { runWorker } from './worker';

interface Command {
  readonly summary: string;
  /** Receives the opened inputs of the flags; a command with `alone` opens its own inputs. */
  readonly run: ((inputs: RunInputs) => Promise<unknown>) | { readonly alone: () => Promise<unknown> };
}

/** The commands, as `--help` lists them. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  evaluate: { summary: 'accuracy of a config on the test images', run: runEvaluate },
  sensitivity: { summary: 'what each layer costs at each width, on validation images', run: runSensitivity },
  calibrate: {
    summary: 'what corrections without training gain in a config, on test images',
    run: runCalibrate,
  },
  train: { summary: "train a network, float or (--qat) under a config's rounding", run: runTrain },
  distil: {
    summary: 'distill the float network into the quantized one, on training images without labels',
    run: runDistill,
  },
  export: { summary: 'measure a config and write it in a format of other programs', run: runExport },
  search: {
    summary: 'let searches find configs within limits; several methods run one after the other on the same budget',
    run: runSearches,
  },
  race: {
    summary: 'several methods under several seeds and limits, finished alike; their ranks with intervals',
    run: runRace,
  },
  proxies: {
    summary: 'how well cheap proxies of the loss rank random configs, against measurements',
    run: runProxies,
  },
  reproduce: { summary: 'run the rows of a published table, paper beside ours', run: runReproduce },
  'inspect FILE': {
    summary: 'what a file of your own holds, without using it',
    run: { alone: () => runInspect(positionals[1]) },
  },
  predict: { summary: 'logits of a model file for images of yours', run: { alone: runPredict } },
  room: {
    summary: 'the page with a live room, in which people see each other’s measurements',
    run: { alone: runRoom },
  },
  worker: {
    summary: 'measure configs for searches on other machines, until it is stopped',
    run: { alone: runWorker },
  },
  serve: { summary: 'the page, on a web server of its own', run: { alone: runServe } },
};

/** Aliases. */
const SPELLINGS: Readonly<Record<string, string>> = { distill: 'distil', inspect: 'inspect FILE' };

/** How many words a command takes that are no flags; the others take none. */
const OPERANDS: Readonly<Record<string, number>> = { inspect: 1, predict: Number.POSITIVE_INFINITY };

/** The command of a name, as `--help` spells it. @throws UsageError for a missing or unknown command. */
function commandOf(name: string): string {
  const spelled = Object.hasOwn(SPELLINGS, name) ? SPELLINGS[name] : name;
  if (Object.hasOwn(COMMANDS, spelled)) return spelled;
  const names = Object.keys(COMMANDS).map((each) => each.split(' ')[0]);
  const missing = name === '' ? 'The command is missing' : `There is no command "${name}"`;
  throw new UsageError(`${missing}; choose one of: ${names.join(', ')}. Try --help.`);
}

/**
 * Sets the current command line and finds its command; undefined for the help and the version.
 * @throws UsageError for an unknown command, and for flags that do not exist or that the command does not use.
 */
export function readCommand(line: readonly string[]): (Command & { readonly name: string }) | undefined {
  takeArguments(line);
  if (flags.help || flags.version) return undefined;
  const spelled = commandOf(positionals[0] ?? '');
  const [name] = spelled.split(' ');
  refuseUntaken(name);
  const extra = positionals[1 + (OPERANDS[name] ?? 0)];
  if (extra !== undefined)
    throw new UsageError(`${name} does not take "${extra}": flags start with two dashes. Try --help.`);
  return { ...COMMANDS[spelled], name };
}

/** Marks one or several results as outputs of this program, which later runs may replace. */
const marked = (result: unknown, command: string): unknown =>
  Array.isArray(result)
    ? result.map((each) => marked(each, command))
    : { schema: schemaOf(command), program: `fewbits ${version}`, ...(result as object) };

/** Runs one command line: prints the result, or one line with the error. Resolves to the exit code (results.ts). */
export async function runCommand(line: readonly string[]): Promise<number> {
  try {
    const command = readCommand(line);
    if (flags.version) {
      console.log(`fewbits ${version}`);
      return 0;
    }
    if (command === undefined) {
      console.log(helpText(COMMANDS, positionals[0] === undefined ? undefined : commandOf(positionals[0])));
      return 0;
    }
    const { name, run } = command;
    await checkOutputs(name);
    const result = typeof run === 'function' ? await run(await prepare()) : await run.alone();
    if (flags.json !== undefined) await writeWhole(flags.json, `${JSON.stringify(marked(result, name), null, 2)}\n`);
    return 0;
  } catch (error) {
    // Names and values from files are cut to the length of a line.
    console.error(brief((error as Error).message.replace(/\s+/g, ' ')));
    return error instanceof UsageError ? 2 : 1;
  }
}
