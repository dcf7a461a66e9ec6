// Locks on runs: a run belongs to the tab that holds its lock. A tab that closes or crashes releases its locks.
import { pageLocks } from '../state/leases';

const NAME = 'fewbits.search.';
/** Releases each run that this tab holds. */
const held = new Map<string, () => void>();

/** True if this tab may change a run: it holds the lock, or there are no locks. */
export function hasRun(id: string): boolean {
  return held.has(id) || pageLocks() === undefined;
}

/** Takes the lock of a run for this tab; false if another tab holds it. */
export async function claimRun(id: string): Promise<boolean> {
  // A tab that waits for a run takes its lock for a moment, which is no reason to give up.
  while (!hasRun(id) && !(await take(id))) if (await isElsewhere(id)) return false;
  return true;
}

function take(id: string): Promise<boolean> {
  return new Promise((resolve) => {
    const hold = (lock: object | null) => {
      resolve(lock !== null);
      return lock && new Promise<void>((release) => held.set(id, release));
    };
    pageLocks()
      ?.request(NAME + id, { ifAvailable: true }, hold)
      // Locks that exist but may not be used count as none.
      .catch(() => resolve(true));
  });
}

/** Releases a run for other tabs. */
export function leaveRun(id: string): void {
  held.get(id)?.();
  held.delete(id);
}

/** True if another tab holds a run. */
export async function isElsewhere(id: string): Promise<boolean> {
  const locks = await pageLocks()
    ?.query()
    .catch(() => undefined);
  const taken = locks?.held?.some(({ name, mode }) => name === NAME + id && mode === 'exclusive');
  return taken === true && !held.has(id);
}

/** Waits until no tab holds a run. */
export async function whenFree(id: string): Promise<void> {
  await pageLocks()?.request(NAME + id, { mode: 'shared' }, () => undefined);
}
