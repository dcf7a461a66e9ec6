// Measures what this machine computes per second, and writes it as a row of the table of devices in docs/performance.md.
import { isCanceled } from '../../engine/client';
import type { Speed, SpeedSubject } from '../../engine/protocol/measuring';
import { desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import { NOT_MEASURED, type SpeedRun } from '../state/speedSlice';

/** The networks that are measured, the smallest first. */
export const SPEED_NETWORKS = ['tiny', 'resnet8', 'resnet20'] as const;
const SUBJECTS: readonly SpeedSubject[] = SPEED_NETWORKS.flatMap((network) =>
  (['evaluation', 'training'] as const).map((work) => ({ network, work })),
);
const SECONDS = 1;
/** Seconds after which nothing more is begun: on slow machines the large networks are left out. */
const LIMIT = 20;

let cancel: (() => void) | null = null;

function change(change: Partial<SpeedRun>): void {
  desk.setState(({ speed }) => ({ speed: speed && { ...speed, ...change } }));
}

/** Measures everything again; does nothing without an engine. */
export async function measureSpeed(): Promise<void> {
  const client = engine();
  if (client === null || cancel !== null) return;
  desk.setState({ speed: { ...NOT_MEASURED, running: true } });
  const call = client.call('speed', { subjects: SUBJECTS, seconds: SECONDS, limit: LIMIT }, (speed) =>
    change({ found: [...(desk.getState().speed?.found ?? []), speed] }),
  );
  cancel = call.cancel;
  try {
    await call.result;
  } catch (error) {
    if (!isCanceled(error)) change({ problem: messageOf(error) });
  } finally {
    cancel = null;
    change({ running: false });
  }
}

/** Ends the measurement; what was found stays. */
export function stopSpeed(): void {
  cancel?.();
}

/** The name and version of the browser, as far as its user agent tells, e.g. "Firefox 150". */
export function browserName(userAgent: string): string {
  const known = [/Edg\/(\d+)/, /OPR\/(\d+)/, /Firefox\/(\d+)/, /Chrome\/(\d+)/, /Version\/(\d+).* Safari/];
  const names = 'Edge Opera Firefox Chrome Safari'.split(' ');
  for (const [i, pattern] of known.entries()) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return `${names[i]} ${version}`;
  }
  return userAgent;
}

/** Evaluation and training of a network, images per second rounded; a dash where nothing was measured. */
const pair = (found: readonly Speed[], network: Speed['network']) =>
  (['evaluation', 'training'] as const)
    .map((work) => found.find((speed) => speed.network === network && speed.work === work)?.imagesPerSecond)
    .map((speed) => (speed === undefined ? '-' : String(Number(speed.toPrecision(3)))))
    .join(' / ');

/** A row of the table "In browsers" of docs/performance.md. */
export function speedRow(device: string, browser: string, found: readonly Speed[]): string {
  const cells = [device, browser, ...[...SPEED_NETWORKS].reverse().map((network) => pair(found, network))];
  return `| ${cells.map((cell) => cell.replaceAll('|', '/')).join(' | ')} |`;
}
