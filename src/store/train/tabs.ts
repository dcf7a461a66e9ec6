// Which runs of training other tabs are at. Tabs tell each other over a channel, which is there on pages without https, too;
// where there is none, every tab takes itself for the only one.
import { networkLabel } from '../network/own';
import { lookAside } from '../network/weights';
import { type Desk, desk } from '../state/desk';
import type { RunElsewhere } from '../state/trainingRun';
import { lookForInterrupted } from './interrupted';

type Word =
  | { readonly kind: 'who' }
  | { readonly kind: 'training'; readonly run: RunElsewhere }
  /** `changed` where the weights that the next visit opens are others now. */
  | { readonly kind: 'ended'; readonly run: RunElsewhere; readonly changed: boolean };

/** Milliseconds between two words of a tab that trains; hidden ones are slowed down to a minute. */
const PACE = 5000;
/** Milliseconds without a word after which a tab is taken for gone. */
const PATIENCE = 90_000;

/** Tells other tabs what this one trains, and takes note of theirs. */
export function watchTrainingTabs(channel = openChannel()): void {
  if (channel === undefined) return;
  const gone = new Map<string, ReturnType<typeof setTimeout>>();
  const say = (word: Word) => channel.postMessage(word);
  const mine = ({ run }: Desk): RunElsewhere | null =>
    run && { id: run.id, networkId: run.networkId, datasetId: run.datasetId };
  const sayMine = () => {
    const run = mine(desk.getState());
    if (run) say({ kind: 'training', run });
  };
  const drop = (id: string) => {
    clearTimeout(gone.get(id));
    gone.delete(id);
    desk.setState(({ trainedElsewhere }) => ({ trainedElsewhere: trainedElsewhere.filter((run) => run.id !== id) }));
    lookForInterrupted();
  };
  channel.onmessage = ({ data: word }: MessageEvent<Word>) => {
    if (word.kind === 'who') return sayMine();
    const { run } = word;
    if (word.kind === 'training') {
      clearTimeout(gone.get(run.id));
      gone.set(
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
    if (!word.changed || run.networkId !== networkId || run.datasetId !== datasetId) return;
    const text = `Another tab has trained ${networkLabel(networkId)}. The next visit opens its weights; those in use here stay in use here.`;
    desk.setState({ notice: { text, actions: [] } });
    void lookAside();
  };
  desk.subscribe((now, before) => {
    const [run, former] = [mine(now), mine(before)];
    if (run?.id !== former?.id && run) sayMine();
    if (former && run === null) {
      const { network, outcome } = now;
      say({ kind: 'ended', run: former, changed: outcome !== null && network?.fingerprint === outcome.trained });
    }
  });
  setInterval(sayMine, PACE);
  addEventListener('pagehide', () => {
    const run = mine(desk.getState());
    if (run) say({ kind: 'ended', run, changed: false });
  });
  say({ kind: 'who' });
}

function openChannel(): BroadcastChannel | undefined {
  return typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('fewbits.training');
}

/** True while another tab trains the network in use on the images in use. */
export function isTrainedElsewhere({ trainedElsewhere, networkId, datasetId }: Desk): boolean {
  return trainedElsewhere.some((run) => run.networkId === networkId && run.datasetId === datasetId);
}
