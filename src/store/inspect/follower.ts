// Follows the desk for somebody who looks: at most one look a frame, and one question to the engine at a time. The worker
// answers between two batches of images, later than a drag moves on, so the latest wish is asked next, and those between
// never are. What is looked at and what is asked is the caller's.
import { type Desk, desk } from '../state/desk';

/** Asks the engine and puts the answer where it is shown; true when it should be looked at again. */
export type Question = () => Promise<boolean>;

/**
 * A way to follow: looks when one of `watched` changes. `look` shows what is known, and gives the question to ask next where
 * there is one; it is not asked while another is under way. What is returned starts following, and gives what ends it.
 */
export function createFollower(watched: readonly (keyof Desk)[], look: () => Question | undefined): () => () => void {
  let followers = 0;
  let looking = false;
  let asking = false;
  let stopWatching: (() => void) | null = null;

  function lookSoon(): void {
    if (looking) return;
    looking = true;
    requestAnimationFrame(() => {
      looking = false;
      const question = look();
      if (question !== undefined && !asking && followers > 0) void ask(question);
    });
  }

  async function ask(question: Question): Promise<void> {
    asking = true;
    const again = await question().finally(() => {
      asking = false;
    });
    if (again) lookSoon();
  }

  return () => {
    followers++;
    stopWatching ??= desk.subscribe((now, before) => {
      if (watched.some((part) => now[part] !== before[part])) lookSoon();
    });
    lookSoon();
    return () => {
      followers--;
      if (followers > 0) return;
      stopWatching?.();
      stopWatching = null;
    };
  };
}
