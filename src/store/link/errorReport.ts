// An error report that the user can send to a developer: what happened and in which environment. It contains no weights,
// pictures or names of classes and files, but it does contain the name of an imported network. The address stays in it,
// with all bits and options, because they are what an error is reproduced with, and nothing is copied but by a press on the
// button, which shows the text as well. Only the name that somebody gave for handing in is left out.
import { version } from '../../../package.json';
import type { PlainError } from '../../engine/protocol/messages';
import type { Desk } from '../state/desk';

/** The report of an error; `where` is the message shown on the page. */
export function errorReport(now: Desk, error: PlainError, where: string): string {
  const { phase, backend, dataset, network, architecture, trainingActive } = now;
  const passedOver = backend?.passedOver.map(({ name, reason }) => `\n  passed over ${name}: ${reason}`).join('') ?? '';
  const lines: readonly (readonly [name: string, value: string | null | undefined])[] = [
    ['what the page said', where],
    ['error', `${error.name}: ${error.message}`],
    ['caused by', error.cause],
    ['fewbits', version],
    ['page', location.href.replace(/\/by=[^/]*/, '')],
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
