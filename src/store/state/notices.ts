// Notices in the bars above the desk: a text, the actions that the page offers, and the error behind it. Plain data: an
// action is a name, implemented by the table in ui/page/noticeActions.ts.
import type { PlainError } from '../../engine/protocol/messages';

/** Actions that a notice can offer besides "Dismiss". To add one, add a name here and a line in the table. */
export type NoticeAction =
  | 'reload'
  | 'restartEngine'
  | 'restartWithoutGpu'
  | 'retryCode'
  | 'retryComparison'
  | 'retryImages'
  | 'retryNetwork'
  | 'retryShipped'
  | 'undo'
  | 'update'
  | 'wait';

export interface Notice {
  readonly text: string;
  /** In the order of the buttons. */
  readonly actions: readonly NoticeAction[];
  /** The error behind it, if any; a report of it can be copied. */
  readonly error?: PlainError;
}
