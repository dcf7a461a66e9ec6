// The export command: measures a policy and writes the network in one of the formats.
import { dirname, join } from 'node:path';
import { resultOf } from '../core/turn';
import { type Export, type ExportId, type ExportOptions, exports } from '../formats/export/registry';
import { packedBytes } from '../formats/packed';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { UsageError } from '../node/usageError';
import { writeWhole } from '../node/writing';
import { EXPORTING } from '../options/exporting';
import { choice, flags, number, optionFlag } from './flags';
import { sayLosses } from './losses';
import type { RunInputs } from './setting';

/** The format options given by flags. @throws UsageError for options of other formats. */
function readOptions({ options: own = [] }: Export): ExportOptions {
  const asked = (Object.keys(EXPORTING) as (keyof ExportOptions)[]).filter((name) =>
    optionFlag(EXPORTING[name], false),
  );
  for (const name of asked) {
    if (own.includes(name)) continue;
    const others = Object.entries<Export>(exports).filter(([, { options }]) => options?.includes(name));
    const { flag } = EXPORTING[name];
    throw new UsageError(`--${flag.name} is for --format ${others.map(([other]) => other).join(' and ')}.`);
  }
  return Object.fromEntries(asked.map((name) => [name, true]));
}

/** Writes the first policy in the format of `--format`. */
export async function runExport(setting: RunInputs) {
  const { session, network, dataset, scheme, policies } = setting;
  const id = choice<ExportId>('format', exports);
  if (flags.out === undefined) throw new UsageError('--out FILE is missing: where the export goes.');
  const entry: Export = exports[id];
  const options = readOptions(entry);
  const [{ name, policy }] = policies;
  const images = Math.min(number('images', dataset.test.length), dataset.test.length);
  const split = 'test';
  const { accuracy, confusion } = await resultOf(session.measure({ policy, scheme, split, stages: [images] }));
  const memoryBytes = packedBytes(network, uniformPolicy(network, FLOAT, FLOAT), scheme);
  const { files, provenance } = await session.export({
    format: id,
    options,
    policy,
    scheme,
    measured: { accuracy, split },
    details: { confusion },
    points: [{ label: 'Float', memoryBytes, accuracy: await session.unroundedAccuracy(split, images) }],
  });
  const paths = files.map((file, i) =>
    i === 0 ? (flags.out as string) : join(dirname(flags.out as string), file.name),
  );
  for (const [i, { content }] of files.entries()) await writeWhole(paths[i], content);
  sayLosses(files.flatMap(({ losses = [] }) => losses));
  console.log(`${name} as ${entry.label}: ${paths.join(', ')}`);
  return { format: id, files: paths, policy, ...provenance };
}
