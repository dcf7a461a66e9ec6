// Cuts a network into pieces that follow each other: whatever comes later reads a piece's last node and nothing before it.
// Residual blocks are such pieces, and so are layers in a row, each with its batch norm and activation.
import { ACTIVATIONS, type Architecture, type NetworkNode } from './network';

/** A run of nodes; the first reads `input`, the last is all that is read later. */
export interface Segment {
  readonly input: string;
  readonly nodes: readonly NetworkNode[];
}

/** What belongs to the node before it. */
const FOLLOWS: ReadonlySet<NetworkNode['op']> = new Set([...ACTIVATIONS, 'batchNorm', 'add', 'mul']);

/** The segments of a network behind its input, as short as they can be. */
export function segmentsOf({ nodes }: Architecture): Segment[] {
  const place = new Map(nodes.map(({ id }, i) => [id, i]));
  const segments: Segment[] = [];
  /** The earliest node that is read behind each place. */
  const earliest = new Array<number>(nodes.length).fill(Number.POSITIVE_INFINITY);
  for (let i = nodes.length - 1; i > 0; i--)
    earliest[i - 1] = Math.min(earliest[i], ...nodes[i].inputs.map((id) => place.get(id) as number));
  let from = 1;
  for (let i = 1; i < nodes.length; i++) {
    const next = nodes[i + 1];
    if (next !== undefined && (earliest[i] < i || FOLLOWS.has(next.op))) continue;
    segments.push({ input: nodes[from - 1].id, nodes: nodes.slice(from, i + 1) });
    from = i + 1;
  }
  return segments;
}
