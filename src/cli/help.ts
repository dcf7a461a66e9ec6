// The output of `--help`, from the tables of commands and flags.
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

/** The whole help text, for commands with their summaries. */
export function helpText(commands: Readonly<Record<string, { readonly summary: string }>>): string {
  const groups = Object.entries(flagGroups).map(([title, flags]) => {
    const lines = Object.entries<{ readonly takes?: string; readonly help: string }>(flags).map(
      ([name, { takes, help }]) => entry(`--${name}${takes === undefined ? '' : ` ${takes}`}`, help),
    );
    return [title, ...lines].join('\n');
  });
  const summaries = Object.entries(commands).map(([name, { summary }]) => entry(name, summary));
  return [
    'usage: npm run headless -- COMMAND --network ID --dataset ID [options]\nA flag that a command would not use is refused.',
    ['commands', ...summaries].join('\n'),
    ...groups,
  ].join('\n\n');
}
