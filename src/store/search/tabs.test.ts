// Two tabs and one run, with locks as in a browser (Node has none). The test takes locks on behalf of the other tab.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { desk, initialDesk } from '../state/desk';
import { memoryStorage } from '../state/storage.testing';
import { discardSearch, undoDiscard } from './discard';
import { claimRun, hasRun, leaveRun } from './locks';
import { resumeSearch } from './queue';
import { pausedRun } from './runs.testing';
import { storeRun } from './storage';
import { watchOtherTabs } from './tabs';

const turn = () => new Promise((resolve) => setImmediate(resolve));
type Grant = (lock: unknown) => unknown;
interface Waiting {
  readonly name: string;
  readonly mode: string;
  readonly grant: Grant;
  readonly settle: (value: unknown) => void;
}

/** The part of Web Locks that the page uses: queued requests, exclusive or shared, or only if the lock is free. */
class Locks {
  private readonly queue: Waiting[] = [];
  private readonly taken: Waiting[] = [];

  async request(name: string, { mode = 'exclusive', ifAvailable = false }, grant: Grant) {
    // As in a browser, where another process decides, nothing is granted synchronously.
    await turn();
    if (ifAvailable && this.taken.some((other) => other.name === name)) return grant(null);
    return new Promise((settle) => {
      this.queue.push({ name, mode, grant, settle });
      this.next();
    });
  }

  query = async () => ({ held: this.taken.map(({ name, mode }) => ({ name, mode })) });

  private next(): void {
    for (const mine of [...this.queue]) {
      const others = this.taken.filter(({ name }) => name === mine.name);
      if (others.some(({ mode }) => mode === 'exclusive') || (others.length > 0 && mine.mode === 'exclusive')) continue;
      this.queue.splice(this.queue.indexOf(mine), 1);
      this.taken.push(mine);
      void Promise.resolve(mine.grant({})).then((value) => {
        this.taken.splice(this.taken.indexOf(mine), 1);
        mine.settle(value);
        this.next();
      });
    }
  }
}

let locks: Locks;
/** Another tab takes the run; returns a function that releases it. */
function elsewhere(id: string): Promise<() => void> {
  return new Promise((granted) => {
    void locks.request(`fewbits.search.${id}`, {}, () => new Promise<void>((leave) => granted(leave)));
  });
}
const shown = (id: string) => desk.getState().runs.find((other) => other.id === id);
const settle = async () => {
  for (let i = 0; i < 5; i++) await turn();
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  locks = new Locks();
  vi.stubGlobal('navigator', { locks });
  vi.stubGlobal('localStorage', memoryStorage());
  desk.setState(initialDesk('tiny'), true);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('a run active in another tab is left alone, and then taken over where that tab left it', async () => {
  const leave = await elsewhere('a');
  desk.setState({ runs: [pausedRun('b'), pausedRun('a')] });
  watchOtherTabs();
  await settle();
  expect(desk.getState().elsewhere).toEqual(['a']);
  resumeSearch('a');
  await settle();
  expect(shown('a')?.state).toBe('paused');
  storeRun(pausedRun('a', { used: 0.5 }));
  leave();
  await settle();
  expect(desk.getState().elsewhere).toEqual([]);
  expect(shown('a')?.used).toBe(0.5);
  resumeSearch('a');
  await settle();
  expect([shown('a')?.state, hasRun('a')]).toEqual(['queued', true]);
  leaveRun('a');
});

test('a run that was resumed and finished in another tab does not resume again', async () => {
  desk.setState({ runs: [pausedRun('a')] });
  storeRun(pausedRun('a', { state: 'done', used: 1 }));
  resumeSearch('a');
  await settle();
  expect(shown('a')).toMatchObject({ state: 'done', used: 1 });
  expect(hasRun('a')).toBe(false);
});

test('a tab that checks whether a run is free does not prevent another from taking it', async () => {
  let looks = 0;
  const look = () => {
    looks++;
    return settle();
  };
  void locks.request('fewbits.search.a', { mode: 'shared' }, look);
  await turn();
  expect(looks).toBe(1);
  expect(await claimRun('a')).toBe(true);
  leaveRun('a');
  await settle();
  const leave = await elsewhere('a');
  expect(await claimRun('a')).toBe(false);
  leave();
});

test('a discarded run stays locked by this tab until it is restored', async () => {
  desk.setState({ runs: [pausedRun('a')] });
  discardSearch('a');
  await settle();
  expect([shown('a')?.discarded, hasRun('a')]).toEqual([true, true]);
  undoDiscard('a');
  expect([shown('a')?.discarded, hasRun('a')]).toEqual([false, false]);
});
