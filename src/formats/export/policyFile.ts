// A bit policy as a file: JSON that can be read back, and CSV for spreadsheets. Both state the accuracy measured under
// it.
import { layerCosts } from '../../graph/cost';
import type { Architecture } from '../../graph/network';
import { type BitPolicy, checkPolicy, PolicyError } from '../../graph/policy';
import { schemeName } from '../../quant/registry';
import { packedBytes } from '../packed';
import type { ExportContext } from './context';

/** Writes the policy with scheme, ranges and measured accuracy. */
export function writePolicyJson(context: ExportContext): string {
  const { network, policy, scheme, ranges, normalization, classes, provenance } = context;
  const { version, ...origin } = provenance;
  const content = {
    fewbits: version,
    network: network.name,
    scheme: { ...scheme, name: schemeName(scheme) },
    layers: policy,
    activationRanges: Object.fromEntries(ranges),
    memoryBytes: packedBytes(network, policy, scheme),
    ...origin,
    normalization,
    classes,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/**
 * Reads a policy: a file of `writePolicyJson`, or the layers alone.
 * @throws PolicyError for text that is not JSON, and for a policy that does not fit the architecture.
 */
export function readPolicyJson(text: string, architecture: Architecture): BitPolicy {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new PolicyError(`A file of bit widths is JSON, but this is not: ${(error as Error).message}`);
  }
  const whole = typeof content === 'object' && content !== null && Object.hasOwn(content, 'fewbits');
  return checkPolicy(architecture, whole ? (content as { layers?: unknown }).layers : content);
}

/** A cell: quoted if necessary, and never a formula (a leading =, +, -, @, tab or return gets an apostrophe). */
function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Writes a table with one row per layer. */
export function writePolicyCsv(context: ExportContext): string {
  const { network, policy, scheme, ranges, provenance } = context;
  const { accuracy } = provenance;
  const header = [
    ['layer', 'operation', 'weights', 'macs', 'weight_bits', 'activation_bits', 'activation_min', 'activation_max'],
    ['network', 'dataset', 'scheme', 'accuracy', 'accuracy_lower', 'accuracy_upper', 'images', 'split', 'seed'],
    ['memory_bytes'],
  ].flat();
  const rows = layerCosts(network).map(({ id, op, weights, macs }) => {
    const range = ranges.get(id);
    const { weights: weightBits, activations } = policy[id];
    return [
      ...[id, op, weights, macs, weightBits, activations, range?.min, range?.max],
      ...[network.name, provenance.dataset, schemeName(scheme), accuracy?.value, accuracy?.lower, accuracy?.upper],
      ...[accuracy?.n, provenance.split, provenance.seed, packedBytes(network, policy, scheme)],
    ];
  });
  return [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
