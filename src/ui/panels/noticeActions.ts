// What the buttons of bars do: a line for each name in store/notices.ts.
import type { NoticeAction } from '../../store/notices';
import { restartEngine } from '../../store/session';
import { undo } from '../../store/undo';

interface Deed {
  readonly label: string;
  run(): void;
}

/** Each action with the words on its button. */
export const noticeActions: Readonly<Record<NoticeAction, Deed>> = {
  restartEngine: { label: 'Restart engine', run: restartEngine },
  undo: { label: 'Undo', run: undo },
};
