// What the buttons of bars do: a line for each name in store/notices.ts.
import type { NoticeAction } from '../../store/notices';
import { restartEngine } from '../../store/session';
import { waitForEngine } from '../../store/silence';
import { undo } from '../../store/undo';

interface Deed {
  readonly label: string;
  run(): void;
}

/** Each action with the words on its button. */
export const noticeActions: Readonly<Record<NoticeAction, Deed>> = {
  restartEngine: { label: 'Restart engine', run: () => restartEngine() },
  restartWithoutGpu: { label: 'Restart without the GPU', run: () => restartEngine('wasm') },
  undo: { label: 'Undo', run: undo },
  wait: { label: 'Wait', run: waitForEngine },
};
