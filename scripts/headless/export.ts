// The command that takes a result along: measures a policy and writes it in one of the formats.
import { dirname, join } from 'node:path';
import { version } from '../../package.json';
import type { ExportContext } from '../../src/formats/export/context';
import { type Export, type ExportId, exports, writeExport } from '../../src/formats/export/registry';
import { packedBytes } from '../../src/formats/packed';
import { layersOf } from '../../src/graph/network';
import { FLOAT, uniformPolicy } from '../../src/graph/policy';
import { calibrationImages, readCorrection } from './calibrationFlags';
import { choice, flags, number, UsageError } from './flags';
import { accuracyOf } from './measure';
import { correctedFor, roundingOf } from './rounding';
import type { RunInputs } from './setting';
import { writeWhole } from './writing';

/** Writes the first policy in the format that `--format` names. */
export async function runExport(setting: RunInputs) {
  const { network, dataset, scheme, backend, seed, policies } = setting;
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
  const rounding = await roundingOf(setting, policy);
  const corrected = await correctedFor(readCorrection(), setting, rounding);
  const images = Math.min(number('images', dataset.test.length), dataset.test.length);
  const rounds = layersOf(network).some(({ id: layer }) => policy[layer].activations !== FLOAT);
  const floatAccuracy = await accuracyOf(network, dataset, 'test', undefined, images);
  const float = uniformPolicy(network, FLOAT, FLOAT);
  const context: ExportContext = {
    network: corrected,
    policy,
    scheme,
    ranges: rounding.ranges,
    normalization: dataset.normalization,
    classes: dataset.classes,
    provenance: {
      dataset: dataset.label,
      split: 'test',
      accuracy: await accuracyOf(corrected, dataset, 'test', rounding, images),
      floatAccuracy,
      seed,
      version,
      backend: backend.name,
      ...(rounds && { calibrationImages: calibrationImages() }),
    },
    points: [{ label: 'Float', memoryBytes: packedBytes(network, float, scheme), accuracy: floatAccuracy }],
  };
  const files = writeExport(id, context, options);
  const paths = files.map((file, i) =>
    i === 0 ? (flags.out as string) : join(dirname(flags.out as string), file.name),
  );
  for (const [i, { content }] of files.entries()) await writeWhole(paths[i], content);
  console.log(`${name} as ${entry.label}: ${paths.join(', ')}`);
  return { format: id, files: paths, policy, ...context.provenance };
}
