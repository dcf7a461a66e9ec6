// An error as a text that a person can send to whoever may mend it: what happened and in what surroundings. Neither weights
// nor pictures nor names of classes or files are in it; the name of a network of one's own is.
import { version } from '../../../package.json';
import type { PlainError } from '../../engine/protocol/messages';
import type { Desk } from '../state/desk';
import { shareLink } from './address';

/** The link to all that is chosen; the address as it stands where what is chosen is what is broken. */
function pageOf(now: Desk): string {
  try {
    return shareLink(now);
  } catch {
    return location.href;
  }
}

/** The report of an error; `where` is what the page said of it. */
export function errorReport(now: Desk, error: PlainError, where: string): string {
  const { phase, backend, dataset, network, architecture, trainingActive } = now;
  const passedOver = backend?.passedOver.map(({ name, reason }) => `\n  passed over ${name}: ${reason}`).join('') ?? '';
  const lines: readonly (readonly [name: string, value: string | null | undefined])[] = [
    ['what the page said', where],
    ['error', `${error.name}: ${error.message}`],
    ['caused by', error.cause],
    ['fewbits', version],
    ['page', pageOf(now)],
    ['browser', navigator.userAgent],
    ['secure context', `${globalThis.isSecureContext ?? false}, isolated: ${globalThis.crossOriginIsolated ?? false}`],
    ['engine', `${phase}${trainingActive ? ', training' : ''}, ${backend?.name} ${backend?.device}${passedOver}`],
    ['images', dataset && `${dataset.id}, ${dataset.train} + ${dataset.validation} + ${dataset.test}`],
    ['weights', network ? `${network.checkpoint.origin}, ${network.fingerprint}` : 'not loaded'],
    ['network', architecture.name],
    ['nodes', architecture.nodes.map((node) => `\n  ${JSON.stringify(node)}`).join('')],
    ['stack', error.stack?.replace(/^/gm, '  ').replace(/^/, '\n')],
  ];
  return lines.flatMap(([name, value]) => (value ? `${name}: ${value}` : [])).join('\n');
}
