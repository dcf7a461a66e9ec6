// What the buttons of bars do: a line for each name in store/state/notices.ts.
import { undo } from '../../store/link/undo';
import { loadComparison } from '../../store/measure/comparison';
import { restartEngine, retryImages, retryNetwork } from '../../store/network/session';
import { loadShipped } from '../../store/network/shipped';
import { waitForEngine } from '../../store/network/silence';
import type { NoticeAction } from '../../store/state/notices';

interface Deed {
  readonly label: string;
  run(): void;
}

/** Each action with the words on its button. */
export const noticeActions: Readonly<Record<NoticeAction, Deed>> = {
  restartEngine: { label: 'Restart engine', run: () => restartEngine() },
  restartWithoutGpu: { label: 'Restart without the GPU', run: () => restartEngine('wasm') },
  retryNetwork: { label: 'Retry', run: retryNetwork },
  retryImages: { label: 'Retry', run: retryImages },
  retryShipped: { label: 'Retry', run: () => void loadShipped() },
  retryComparison: { label: 'Retry', run: () => void loadComparison() },
  reload: { label: 'Reload the page', run: () => location.reload() },
  undo: { label: 'Undo', run: undo },
  wait: { label: 'Wait', run: waitForEngine },
};
