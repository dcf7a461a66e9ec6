// This program's own safetensors files: packed files, projects, and weights of the zoo's networks.
import { type Architecture, layersOf, type Network, parameterName } from '../../graph/network';
import { type BitPolicy, PolicyError } from '../../graph/policy';
import { NetworkError, parameterShapes } from '../../graph/shapes';
import { QuantSpecError } from '../../quant/quantizer';
import { zeroPoint } from '../../quant/uniformGrid';
import { type ActivationRange, rangeOfGrid } from '../../rounding/activationRounding';
import { networks } from '../../zoo/registry';
import { readCheckpoint } from '../checkpoint';
import { isProject, readProject } from '../project';
import { FormatError, type safetensorsEntries } from '../safetensors';
import { isPacked, packedCard, unpackNetwork } from '../unpack';
import { ImportError, type Inspection, type ModelFile } from './importer';
import { keepCodes, keptNotes, requantizationScheme } from './keepCodes';
import { SIDES } from './zooWeights';

type Shapes = ReadonlyMap<string, readonly number[]>;

/** The zoo network whose layers have these kernels; a network that flattens no image takes the first side. */
function zooArchitecture(kernels: Shapes): Architecture | undefined {
  const shapes = [...kernels.values()];
  const classes = shapes.at(-1)?.at(-1) ?? 0;
  const channels = shapes[0]?.at(-2) ?? 0;
  if (classes < 1 || channels < 1) return undefined;
  for (const definition of Object.values(networks))
    for (const side of SIDES) {
      const architecture = definition.build([side, side, channels], classes);
      const layers = layersOf(architecture);
      if (layers.length !== kernels.size || !layers.every(({ id }) => kernels.has(id))) break;
      const wanted = parameterShapes(architecture);
      const fits = layers.every(
        ({ id }) => wanted.get(parameterName(id, 'kernel'))?.join() === kernels.get(id)?.join(),
      );
      if (fits) return architecture;
    }
  return undefined;
}

/** Parameter and operation counts of a network, for its card. */
function contents({ nodes, parameters }: Network): Pick<Inspection, 'parameters' | 'operations'> {
  const operations = new Map<string, number>();
  for (const { op } of nodes) operations.set(op, (operations.get(op) ?? 0) + 1);
  return { parameters: [...parameters.values()].reduce((sum, { values }) => sum + values.length, 0), operations };
}

function unknownNetwork(what: string, where: string): never {
  throw new ImportError({
    what,
    where,
    why: 'Such a file holds numbers and no architecture, and is read only where the zoo knows the network.',
    next: 'Export the project file (.fewbits.safetensors) instead, which holds the architecture too.',
  });
}

/** Ranges that reproduce the file's grids exactly. */
function rangesOf(inputs: ReadonlyMap<string, Float32Array>, policy: BitPolicy): Map<string, ActivationRange> {
  return new Map(
    [...inputs].map(([id, [scale, offset = 0]]) => [
      id,
      rangeOfGrid(scale, zeroPoint({ scale, offset }), policy[id].activations),
    ]),
  );
}

/** The card of a file of this program; undefined for foreign files. */
export function inspectOwn(
  { name: file, bytes }: ModelFile,
  { entries, metadata }: ReturnType<typeof safetensorsEntries>,
): Inspection | undefined {
  const card = { producer: 'fewbits', notes: [], unsupported: [] };
  if (isProject(metadata)) {
    const { network, ...setting } = readProject(bytes);
    return { ...card, format: 'fewbits project', ...contents(network), classes: setting.classes, network, setting };
  }
  if (isPacked(metadata)) {
    const { network: name, layers } = packedCard(metadata);
    const architecture = zooArchitecture(new Map([...layers].map(([id, { shape }]) => [id, shape])));
    if (architecture?.name !== name) unknownNetwork(`This is a packed file of the network "${name}".`, file);
    const unpacked = unpackNetwork(architecture, bytes);
    const scheme = requantizationScheme(unpacked.scheme);
    const { network, policy, float } = keepCodes(unpacked.network, unpacked.policy, scheme, unpacked.kernels);
    return {
      ...card,
      format: 'fewbits packed file',
      ...contents(network),
      notes: keptNotes(scheme, float),
      network,
      setting: { policy, scheme, ranges: rangesOf(unpacked.inputs, policy) },
    };
  }
  if (metadata.get('format') !== 'fewbits') return undefined;
  const kernels = [...entries].filter(([name]) => name.endsWith('.kernel'));
  const architecture = zooArchitecture(new Map(kernels.map(([name, { shape }]) => [name.slice(0, -7), shape])));
  if (architecture === undefined) unknownNetwork('These are weights of a network that the zoo does not have.', file);
  const network = readCheckpoint(architecture, bytes);
  return { ...card, format: 'fewbits weights', ...contents(network), network };
}

/** Rewrites errors of our own formats as import errors; others stay. */
export function asImportError(error: unknown, file: string): unknown {
  if (![FormatError, NetworkError, PolicyError, QuantSpecError].some((kind) => error instanceof kind)) return error;
  return new ImportError({
    what: (error as Error).message,
    where: file,
    why:
      error instanceof FormatError
        ? 'The parts of the file do not fit together.'
        : 'A network like this cannot be run.',
    next: 'Copy or download it again, or save it again with the program that made it.',
  });
}
