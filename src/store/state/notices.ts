// What a bar above the desk says: a text, what the page offers to do about it, and the error behind it. Plain data: an
// action is a name, and the table that does it is ui/page/noticeActions.ts.
import type { PlainError } from '../../engine/protocol/messages';

/** What a bar may offer besides "Dismiss". A new one is a name here and a line in the table. */
export type NoticeAction =
  | 'reload'
  | 'restartEngine'
  | 'restartWithoutGpu'
  | 'retryComparison'
  | 'retryImages'
  | 'retryNetwork'
  | 'retryShipped'
  | 'undo'
  | 'wait';

export interface Notice {
  readonly text: string;
  /** In the order of their buttons. */
  readonly actions: readonly NoticeAction[];
  /** Behind it, where there is one: then a report can be copied. */
  readonly error?: PlainError;
}
