// TF.js GraphModels, as tensorflowjs_converter writes them from SavedModels: a graph of TensorFlow operations, most of
// them fused. A plain CNN becomes a network; anything else is refused with its operations named.
import type { Network } from '../../../graph/network';
import { classifierOf } from '../classifier';
import { GraphBuilder } from '../graphBuilder';
import type { Inspection, ModelFile, ModelReader, Unsupported } from '../importer';
import { fieldsOf, parseJson } from '../json';
import { Refusal, refuse } from '../refusal';
import type { Edge } from './edges';
import { type GraphNode, malformed, orderedNodes } from './graphDef';
import { GRAPH_OPS } from './graphOps';
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
    .map(({ name, op }) => NOT_HERE.of(name, op));
  if (unknown.length > 0) return { ...card, notes: [], unsupported: unknown };
  const readers = new Map<string, number>();
  for (const { inputs } of nodes) for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  const net = new GraphBuilder(where, (name) => readers.get(name) ?? 0);
  for (const note of quantizationNote(weights)) net.notes.add(note);
  const built = build(net, nodes, weights, readers);
  const notes = [...net.notes];
  return 'why' in built
    ? { ...card, notes, unsupported: [built] }
    : { ...card, notes, unsupported: [], network: built };
}

const NOT_HERE = new Refusal(
  'There is no such operation here.',
  'Build the model without it, or export it as ONNX (tf2onnx), which is read most completely.',
);

function build(
  net: GraphBuilder,
  nodes: readonly GraphNode[],
  weights: ReadonlyMap<string, ManifestWeight>,
  readers: ReadonlyMap<string, number>,
): Network | Unsupported {
  const edges = new Map<string, Edge>();
  let at = nodes[0];
  try {
    for (at of nodes) {
      net.begin({ where: `${net.file}, node "${at.name}"`, gives: at.name });
      edges.set(at.name, edgeOf(net, at, edges, weights));
    }
    const outputs = nodes.filter(({ name }) => {
      const edge = edges.get(name) as Edge;
      return !readers.has(name) && 'value' in edge && net.node(edge.value.id).op !== 'input';
    });
    if (outputs.length !== 1)
      refuse(
        `The graph has ${outputs.length} outputs; one list of classes is needed.`,
        'Convert a model of one output.',
      );
    [at] = outputs;
    const output = edges.get(at.name) as Edge;
    if (!('value' in output)) refuse('Its output is a constant.', 'Convert a model that reads images.');
    return classifierOf(net, net.file.replace(/^.*\//, '').replace(/\.json$/, ''), output.value);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.of(at?.name ?? 'the graph', at?.op ?? 'GraphDef');
  }
}

function edgeOf(
  net: GraphBuilder,
  { name, op, inputs, attributes }: GraphNode,
  edges: ReadonlyMap<string, Edge>,
  weights: ReadonlyMap<string, ManifestWeight>,
): Edge {
  if (op === 'Const') {
    const constant = weights.get(name);
    if (constant === undefined) throw malformed(`The constant "${name}" has no weights.`, net.file);
    return { constant };
  }
  const build = GRAPH_OPS.get(op);
  if (build === undefined) throw new Error(`no build for ${op}`);
  if (op !== 'Placeholder' && inputs.length === 0)
    refuse('It reads nothing.', 'Convert or save the model again, whole.');
  return build({
    net,
    id: name.replace(/^StatefulPartitionedCall\//, ''),
    attributes,
    inputs: inputs.map((input) => edges.get(input) as Edge),
    reads: inputs,
  });
}
