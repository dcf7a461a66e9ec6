// The command that takes a result along: measures a policy and writes it in one of the formats.
import { dirname, join } from 'node:path';
import { resultOf } from '../../src/core/turn';
import { type Export, type ExportId, exports } from '../../src/formats/export/registry';
import { packedBytes } from '../../src/formats/packed';
import { FLOAT, uniformPolicy } from '../../src/graph/policy';
import { choice, flags, number, UsageError } from './flags';
import type { RunInputs } from './setting';
import { writeWhole } from './writing';

/** Writes the first policy in the format that `--format` names. */
export async function runExport(setting: RunInputs) {
  const { session, network, dataset, scheme, policies } = setting;
  const id = choice<ExportId>('format', exports);
  if (flags.out === undefined) throw new UsageError('--out FILE is missing: where the export goes.');
  const options = {
    ...(flags.int2 && { int2: true }),
    ...(flags.function && { runnable: true }),
    ...(flags['scales-inside'] && { scalesInside: true }),
  };
  const entry: Export = exports[id];
  if (flags.int2 && !entry.options?.includes('int2')) throw new UsageError('--int2 is for --format onnx.');
  if (flags['scales-inside'] && !entry.options?.includes('scalesInside'))
    throw new UsageError('--scales-inside is for --format onnx and qonnx.');
  if (flags.function && !entry.options?.includes('runnable')) throw new UsageError('--function is for --format qonnx.');
  const [{ name, policy }] = policies;
  const images = Math.min(number('images', dataset.test.length), dataset.test.length);
  const split = 'test';
  const { accuracy } = await resultOf(session.measure({ policy, scheme, split, stages: [images] }));
  const memoryBytes = packedBytes(network, uniformPolicy(network, FLOAT, FLOAT), scheme);
  const { files, provenance } = await session.export({
    format: id,
    options,
    policy,
    scheme,
    measured: { accuracy, split },
    points: [{ label: 'Float', memoryBytes, accuracy: await session.unroundedAccuracy(split, images) }],
  });
  const paths = files.map((file, i) =>
    i === 0 ? (flags.out as string) : join(dirname(flags.out as string), file.name),
  );
  for (const [i, { content }] of files.entries()) await writeWhole(paths[i], content);
  console.log(`${name} as ${entry.label}: ${paths.join(', ')}`);
  return { format: id, files: paths, policy, ...provenance };
}
