// The output of `--help`, from the tables of commands and flags.
import { isTaken } from './commandFlags';
import { flagGroups } from './flagTable';

const WIDTH = 120;
const INDENT = 26;

/** A name with its description, whose lines align with the first one. */
function entry(name: string, text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (INDENT + line.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  const head = `  ${name}`;
  const isLong = head.length > INDENT - 2;
  const told = isLong && lines[0] !== '' ? ['', ...lines] : lines;
  return told.map((line, i) => `${(i === 0 ? head : '').padEnd(INDENT)}${line}`.trimEnd()).join('\n');
}

interface FlagHelp {
  readonly takes?: string;
  readonly help: string;
}

const groups = Object.entries<Readonly<Record<string, FlagHelp>>>(flagGroups);

/** The flags of a command, as its own group of flags explains them, or else the common one or any other. */
function flagsOf(command: string): readonly (readonly [name: string, FlagHelp])[] {
  const own = ([title]: readonly [string, unknown]) => title.split(', ').includes(command);
  const inOrder = [...groups.filter(own), ...groups.filter((group) => !own(group))];
  const found = new Map<string, FlagHelp>();
  for (const [, flags] of inOrder)
    for (const [name, flag] of Object.entries(flags))
      if (!found.has(name) && isTaken(name, command)) found.set(name, flag);
  return [...found];
}

const flagLine = ([name, { takes, help }]: readonly [string, FlagHelp]) =>
  entry(`--${name}${takes === undefined ? '' : ` ${takes}`}`, help);

/** The help for one command, as `--help` lists it, or for all commands with their summaries. */
export function helpText(commands: Readonly<Record<string, { readonly summary: string }>>, command?: string): string {
  if (command !== undefined) {
    const flags = flagsOf(command.split(' ')[0]).map(flagLine);
    return [`usage: fewbits ${command} [options]`, `  ${commands[command].summary}`, '', 'options', ...flags].join(
      '\n',
    );
  }
  const summaries = Object.entries(commands).map(([name, { summary }]) => entry(name, summary));
  return [
    'usage: fewbits COMMAND --network ID --dataset ID [options]\nA flag that a command would not use is refused. COMMAND --help lists the flags of one command.',
    ['commands', ...summaries].join('\n'),
    ...groups.map(([title, flags]) => [title, ...Object.entries(flags).map(flagLine)].join('\n')),
  ].join('\n\n');
}
