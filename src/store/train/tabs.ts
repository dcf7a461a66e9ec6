// Tracks the training runs of other tabs. Tabs inform each other over a broadcast channel, which exists without https, too.
// Without a channel, every tab assumes that it is the only one.
import { training } from '../../words/en/training';
import { networkLabel } from '../network/own';
import { lookAside } from '../network/weights';
import { announce } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import type { RunElsewhere } from '../state/trainingRun';
import { lookForInterrupted } from './interrupted';

type Message =
  | { readonly kind: 'who' }
  | { readonly kind: 'training'; readonly run: RunElsewhere }
  /** `changed` if the next visit will open other weights. */
  | { readonly kind: 'ended'; readonly run: RunElsewhere; readonly changed: boolean };

/** Milliseconds between messages of a tab that trains; browsers slow hidden tabs down to one per minute. */
const PACE = 5000;
/** Milliseconds without a message after which a tab is assumed to be closed. */
const PATIENCE = 90_000;

/** Tells other tabs what this one trains, and tracks theirs. */
export function watchTrainingTabs(channel = openChannel()): void {
  if (channel === undefined) return;
  const expiries = new Map<string, ReturnType<typeof setTimeout>>();
  const send = (message: Message) => channel.postMessage(message);
  const mine = ({ run }: Desk): RunElsewhere | null =>
    run && { id: run.id, networkId: run.networkId, datasetId: run.datasetId };
  const sendMine = () => {
    const run = mine(desk.getState());
    if (run) send({ kind: 'training', run });
  };
  const drop = (id: string) => {
    clearTimeout(expiries.get(id));
    expiries.delete(id);
    desk.setState(({ trainedElsewhere }) => ({ trainedElsewhere: trainedElsewhere.filter((run) => run.id !== id) }));
    lookForInterrupted();
  };
  channel.onmessage = ({ data: message }: MessageEvent<Message>) => {
    if (message.kind === 'who') return sendMine();
    const { run } = message;
    if (message.kind === 'training') {
      clearTimeout(expiries.get(run.id));
      expiries.set(
        run.id,
        setTimeout(() => drop(run.id), PATIENCE),
      );
      desk.setState(({ trainedElsewhere }) => ({
        trainedElsewhere: [...trainedElsewhere.filter(({ id }) => id !== run.id), run],
      }));
      lookForInterrupted();
      return;
    }
    drop(run.id);
    const { networkId, datasetId } = desk.getState();
    if (!message.changed || run.networkId !== networkId || run.datasetId !== datasetId) return;
    const text = training.elsewhere(networkLabel(networkId));
    desk.setState({ notice: { text, actions: [] } });
    announce(text);
    void lookAside();
  };
  desk.subscribe((now, before) => {
    const [run, former] = [mine(now), mine(before)];
    if (run?.id !== former?.id && run) sendMine();
    if (former && run === null) {
      const { network, outcome } = now;
      send({ kind: 'ended', run: former, changed: outcome !== null && network?.fingerprint === outcome.trained });
    }
  });
  setInterval(sendMine, PACE);
  addEventListener('pagehide', () => {
    const run = mine(desk.getState());
    if (run) send({ kind: 'ended', run, changed: false });
  });
  send({ kind: 'who' });
}

function openChannel(): BroadcastChannel | undefined {
  return typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('fewbits.training');
}

/** True if another tab trains the network in use on the images in use. */
export function isTrainedElsewhere({ trainedElsewhere, networkId, datasetId }: Desk): boolean {
  return trainedElsewhere.some((run) => run.networkId === networkId && run.datasetId === datasetId);
}
