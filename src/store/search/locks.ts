// Which tab of this browser is at a run: the one that has its lock (a tab that closes or dies lets go).
import { pageLocks } from '../state/leases';

const NAME = 'fewbits.search.';
/** How to let go of each run that this tab has. */
const held = new Map<string, () => void>();

/** True when this tab may change a run without asking: it has it, or there are no locks. */
export function hasRun(id: string): boolean {
  return held.has(id) || pageLocks() === undefined;
}

/** Takes a run for this tab; false when another tab has it. */
export async function claimRun(id: string): Promise<boolean> {
  // Who waits for a run to be free has its lock for a moment, and is no reason to give up.
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
      // Where locks are there and may not be used, there are none.
      .catch(() => resolve(true));
  });
}

/** Leaves a run to whoever wants it. */
export function leaveRun(id: string): void {
  held.get(id)?.();
  held.delete(id);
}

/** True when another tab has a run. */
export async function isElsewhere(id: string): Promise<boolean> {
  const locks = await pageLocks()
    ?.query()
    .catch(() => undefined);
  const taken = locks?.held?.some(({ name, mode }) => name === NAME + id && mode === 'exclusive');
  return taken === true && !held.has(id);
}

/** Waits until no tab has a run. */
export async function whenFree(id: string): Promise<void> {
  await pageLocks()?.request(NAME + id, { mode: 'shared' }, () => undefined);
}
