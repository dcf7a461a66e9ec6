// What the buttons of bars do: a line for each name in store/state/notices.ts.
import { undo } from '../../store/link/undo';
import { loadComparison } from '../../store/measure/comparison';
import { restartEngine, retryImages, retryNetwork } from '../../store/network/session';
import { loadShipped } from '../../store/network/shipped';
import { waitForEngine } from '../../store/network/silence';
import { retryCode, withCode } from '../../store/state/code';
import type { NoticeAction } from '../../store/state/notices';

/** What each action does. */
export const noticeActions: Readonly<Record<NoticeAction, () => void>> = {
  restartEngine: () => restartEngine(),
  restartWithoutGpu: () => restartEngine('wasm'),
  retryCode: retryCode,
  retryNetwork: retryNetwork,
  retryImages: retryImages,
  retryShipped: () => void loadShipped(),
  retryComparison: () => void loadComparison(),
  reload: () => location.reload(),
  undo: undo,
  update: () =>
    withCode(
      () => import('../../store/offline/updates'),
      ({ openUpdate }) => openUpdate(),
    ),
  wait: waitForEngine,
};
