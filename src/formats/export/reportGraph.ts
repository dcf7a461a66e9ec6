// The report's graph: the operations of a network in their order, with arcs where one reads what came earlier.
import { ACTIVATIONS, type Architecture, isLayer, type NetworkNode } from '../../graph/network';
import { escapeText } from './reportStyle';

const WIDTH = 840;
const MARGIN = 16;
/** More operations than this have no names but those of layers. */
const NAMED = 40;

/** The operations without those that are done with the one before them. */
function drawn({ nodes }: Architecture) {
  const kept: NetworkNode[] = [];
  const placeOf = new Map<string, number>();
  const edges: (readonly [from: number, to: number])[] = [];
  for (const node of nodes) {
    const [first] = node.inputs;
    const isPart = node.op === 'batchNorm' || node.op === 'flatten' || ACTIVATIONS.has(node.op);
    if (isPart && first !== undefined) placeOf.set(node.id, placeOf.get(first) as number);
    else {
      placeOf.set(node.id, kept.push(node) - 1);
      for (const id of node.inputs) edges.push([placeOf.get(id) as number, kept.length - 1]);
    }
  }
  return { kept, edges };
}

/** The graph as SVG. */
export function networkGraph(architecture: Architecture): string {
  const { kept, edges } = drawn(architecture);
  const longest = Math.max(1, ...edges.map(([from, to]) => to - from));
  const rise = (from: number, to: number) => 12 + (70 * (to - from)) / longest;
  const base = longest > 1 ? 100 : 24;
  const step = (WIDTH - 2 * MARGIN - 60) / Math.max(1, kept.length - 1);
  const x = (place: number) => (60 + MARGIN + place * step).toFixed(1);
  const lines = edges.map(([from, to]) =>
    to - from === 1
      ? `<path class="line" d="M${x(from)} ${base}H${x(to)}"/>`
      : `<path class="line" d="M${x(from)} ${base}C${x(from)} ${(base - rise(from, to)).toFixed(1)} ${x(to)} ${(base - rise(from, to)).toFixed(1)} ${x(to)} ${base}"/>`,
  );
  const marks = kept.map((node, place) => {
    const isNamed = isLayer(node) || kept.length <= NAMED;
    const name = isLayer(node) ? node.id : node.op;
    const label = `<text transform="translate(${x(place)} ${base + 16}) rotate(-50)" text-anchor="end">${escapeText(name)}</text>`;
    const kind = isLayer(node) ? 'weights' : 'other';
    return `<g><title>${escapeText(`${node.id}: ${node.op}`)}</title><circle class="${kind}" cx="${x(place)}" cy="${base}" r="${isLayer(node) ? 5 : 3.5}"/>${isNamed ? label : ''}</g>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${base + 100}" role="img" aria-label="The operations of the network in their order">${lines.join('')}${marks.join('')}</svg>`;
}
