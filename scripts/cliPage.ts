// docs/cli.md, from the tables of the command line. Writes it: npx tsx scripts/cliPage.ts
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { isTaken } from '../src/cli/commandFlags';
import { COMMANDS } from '../src/cli/commands';
import { flagGroups, flagTable } from '../src/cli/flagTable';
import { markdownTable } from '../src/cli/markdownTable';
import { EXIT_CODES, MARKS, RESULTS, schemaOf } from '../src/cli/results';

const inCell = (text: string) => text.replaceAll('|', '\\|');
const code = (text: string) => `\`${inCell(text)}\``;

function commandSection([spelled, { summary }]: readonly [string, { readonly summary: string }]): string {
  const [name] = spelled.split(' ');
  const flags = Object.keys(flagTable).filter((flag) => isTaken(flag, name));
  const fields = Object.entries(RESULTS[name] ?? {});
  const optional = (field: string) => (field.endsWith('?') ? `${code(field.slice(0, -1))}, not always` : code(field));
  return [
    `### ${spelled}`,
    `${summary[0].toUpperCase()}${summary.slice(1)}.`,
    `Flags: ${flags
      .sort()
      .map((flag) => code(`--${flag}`))
      .join(', ')}.`,
    ...(fields.length === 0
      ? []
      : [
          `Result, schema \`${schemaOf(name)}\`:`,
          markdownTable(
            ['field', 'what it holds'],
            fields.map(([field, text]) => [optional(field), inCell(text)]),
          ),
        ]),
  ].join('\n\n');
}

function flagsSection([title, flags]: readonly [string, object]): string {
  const rows = Object.entries<{ readonly takes?: string; readonly help: string }>({ ...flags }).map(
    ([name, { takes, help }]) => [code(`--${name}${takes === undefined ? '' : ` ${takes}`}`), inCell(help)],
  );
  return [
    `### ${title === 'options' ? 'Of most commands' : `Of ${title}`}`,
    markdownTable(['flag', 'meaning'], rows),
  ].join('\n\n');
}

/** The whole page. */
export function cliPage(): string {
  return `${[
    '# Command line',
    '<!-- Written by scripts/cliPage.ts from the tables in src/cli; a test fails when it is stale. -->',
    '`npx --no-install fewbits COMMAND ...` in a folder where the package is installed, `npm run headless -- COMMAND ...` in\nthe repository. `COMMAND --help` shows the flags of one command. A flag that a command would not use is refused.',
    '## For programs',
    `\`--request F.json\` reads the command and its flags from JSON, and \`-\` from standard input: names are those of the flags,
lists are joined with commas, \`false\` is \`--no-\`. Flags on the command line come after it.`,
    '```sh\necho \'{"command": "evaluate", "network": "tiny", "dataset": "emoji10", "policy": ["uniform:4", "float"]}\' |\n  npx --no-install fewbits --request - --json out.json\n```',
    `\`--json OUT\` writes the result: an object, or a list of them where several configs were asked for. Each has \`schema\`
(${MARKS.schema}) and \`program\` (${MARKS.program}) beside the fields below. A new field may be
added under the same version; one that goes away or changes its meaning takes the next. Numbers are not rounded. A command
that fails writes no result, and says why in one line on standard error.`,
    markdownTable(['exit code', 'meaning'], Object.entries(EXIT_CODES)),
    '## Commands',
    ...Object.entries(COMMANDS).map(commandSection),
    '## Flags',
    ...Object.entries(flagGroups).map(flagsSection),
  ].join('\n\n')}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync('docs/cli.md', cliPage());
