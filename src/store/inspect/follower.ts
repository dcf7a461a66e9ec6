// Follows the desk for a panel: at most one look per frame, and one request to the engine at a time. The worker answers
// between two batches of images, slower than a drag moves, so the latest wish is requested next and those in between are
// skipped. The caller defines what is watched and requested.
import { type Desk, desk } from '../state/desk';

/** Sends a request and shows the answer; true if another look is needed. */
export type Question = () => Promise<boolean>;

/**
 * Creates a follower that looks when one of `watched` changes. `look` shows what is known and returns the next request, if
 * any, which is not sent while another is pending. The result starts following and returns a function that ends it.
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
