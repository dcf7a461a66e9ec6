// TF.js GraphModels, as tensorflowjs_converter writes them from SavedModels: a graph of TensorFlow operations, most of them
// fused. What is a plain CNN becomes a network; anything else is refused with its operations named.
import { Assembler, Refusal } from '../assembler';
import type { Inspection, ModelFile, ModelReader, Unsupported } from '../importer';
import { fieldsOf, parseJson } from '../json';
import { type GraphNode, malformed, orderedNodes } from './graphDef';
import { type Edge, GRAPH_OPS } from './graphOps';
import { producerOf, quantizationNote } from './layersModel';
import { type ManifestWeight, readManifest } from './shards';

/** Reads model.json, the first file, with its weight files. */
export const tfjsGraph: ModelReader = { read: async (files) => read(files) };

function read(files: readonly ModelFile[]): Inspection {
  const [{ name: where, bytes }] = files;
  const json = fieldsOf(parseJson(bytes, where));
  const nodes = orderedNodes(json.get('modelTopology'), where).filter(({ op }) => op !== 'NoOp');
  const weights = readManifest(json.get('weightsManifest'), files);
  const operations = new Map<string, number>();
  for (const { op } of nodes) if (op !== 'Const') operations.set(op, (operations.get(op) ?? 0) + 1);
  const floats = [...weights.values()].filter(({ dtype }) => dtype === 'float32');
  const card = {
    format: 'TF.js GraphModel',
    producer: producerOf(json, ''),
    parameters: floats.reduce((sum, { values }) => sum + values.length, 0),
    operations,
  };
  const unknown = nodes
    .filter(({ op }) => op !== 'Const' && !GRAPH_OPS.has(op))
    .map(({ name, op }) => ({ node: name, op, why: 'There is no such operation here.' }));
  if (unknown.length > 0) return { ...card, notes: [], unsupported: unknown };
  const net = new Assembler();
  net.notes.push(...quantizationNote(weights));
  const refused = build(net, nodes, weights, where);
  if ('why' in refused) return { ...card, notes: net.notes, unsupported: [refused] };
  return { ...card, notes: net.notes, unsupported: [], network: refused };
}

function build(
  net: Assembler,
  nodes: readonly GraphNode[],
  weights: ReadonlyMap<string, ManifestWeight>,
  where: string,
): ReturnType<Assembler['finish']> | Unsupported {
  const edges = new Map<string, Edge>();
  const readers = new Map<string, number>();
  for (const { inputs } of nodes) for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  let at = nodes[0];
  try {
    for (at of nodes) edges.set(at.name, edgeOf(net, at, edges, readers, weights, where));
    const outputs = nodes.filter(({ name }) => {
      const edge = edges.get(name) as Edge;
      return !readers.has(name) && 'value' in edge && net.source(edge.value).op !== 'input';
    });
    if (outputs.length !== 1)
      throw new Refusal(`The graph has ${outputs.length} outputs; one list of classes is needed.`);
    [at] = outputs;
    const output = edges.get(at.name) as Edge;
    if (!('value' in output)) throw new Refusal('Its output is a constant.');
    return net.finish(where.replace(/^.*\//, '').replace(/\.json$/, ''), output.value, where);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { node: at?.name ?? 'the graph', op: at?.op ?? 'GraphDef', why: error.message };
  }
}

function edgeOf(
  net: Assembler,
  { name, op, inputs, attributes }: GraphNode,
  edges: ReadonlyMap<string, Edge>,
  readers: ReadonlyMap<string, number>,
  weights: ReadonlyMap<string, ManifestWeight>,
  where: string,
): Edge {
  if (op === 'Const') {
    const constant = weights.get(name);
    if (constant === undefined) throw malformed(`The constant "${name}" has no weights.`, where);
    return { constant };
  }
  const build = GRAPH_OPS.get(op);
  if (build === undefined) throw new Error(`no build for ${op}`);
  if (op !== 'Placeholder' && inputs.length === 0) throw new Refusal('It reads nothing.');
  return build({
    net,
    id: name.replace(/^StatefulPartitionedCall\//, ''),
    attributes,
    inputs: inputs.map((input) => edges.get(input) as Edge),
    alone: readers.get(inputs[0]) === 1,
  });
}
