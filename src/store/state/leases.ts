// Locks of pages without Web Locks, which browsers hide where a page is no secure context: a lease in localStorage, with an
// owner and an end, that its tab renews while it lives. What is asked of it is what runLocks.ts asks of Web Locks.

const KEY = 'fewbits.lease.';
/** Milliseconds between two renewals, and those after which a lease is nobody's: hidden tabs are woken once a minute. */
const RENEWAL = 5_000;
const EXPIRY = 90_000;
/** Milliseconds after which all tabs agree on who wrote last, and between two looks at whether a lease is free. */
const SETTLING = 100;
const PATIENCE = 1_000;

interface Lease {
  readonly owner: string;
  readonly until: number;
}

/** What is asked of locks: a part of the browser's LockManager. */
export interface Locks {
  /** Holds `name` until what `work` returns is settled. `work` is given null where it is taken and not to be waited for. */
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly mode?: 'shared' | 'exclusive' },
    work: (lock: object | null) => unknown,
  ): Promise<unknown>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string; readonly mode?: string }[] }>;
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The leases of one tab in a storage that all tabs share. */
export class Leases implements Locks {
  private readonly held = new Set<string>();
  private timer: ReturnType<typeof setInterval> | undefined;

  /** @param owner differs from tab to tab */
  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>,
    private readonly owner: string,
  ) {}

  async request(
    name: string,
    { ifAvailable = false, mode = 'exclusive' }: Parameters<Locks['request']>[1],
    work: (lock: object | null) => unknown,
  ): Promise<unknown> {
    while (!(mode === 'shared' ? this.owned(name) === undefined : await this.take(name))) {
      if (ifAvailable) return work(null);
      await wait(PATIENCE);
    }
    try {
      return await work({ name, mode });
    } finally {
      if (mode === 'exclusive') this.drop(name);
    }
  }

  async query() {
    const keys = Array.from({ length: this.storage.length }, (_, i) => this.storage.key(i) ?? '');
    const names = keys.filter((key) => key.startsWith(KEY)).map((key) => key.slice(KEY.length));
    return {
      held: names.filter((name) => this.owned(name) !== undefined).map((name) => ({ name, mode: 'exclusive' })),
    };
  }

  /** Lets go of everything: the page is about to go. */
  dropAll(): void {
    for (const name of [...this.held]) this.drop(name);
  }

  /** Whose a lease is; undefined for one that is free, has run out, or is none. */
  private owned(name: string): string | undefined {
    try {
      const { owner, until } = JSON.parse(this.storage.getItem(KEY + name) ?? '{}') as Partial<Lease>;
      const left = Number(until) - Date.now();
      // An end that is too far away was written before the clock was set back.
      return typeof owner === 'string' && left > 0 && left <= EXPIRY ? owner : undefined;
    } catch {
      return undefined;
    }
  }

  private async take(name: string): Promise<boolean> {
    if (this.owned(name) !== undefined) return false;
    this.write(name);
    await wait(SETTLING);
    if (this.owned(name) !== this.owner) return false;
    this.held.add(name);
    this.timer ??= setInterval(() => this.renew(), RENEWAL);
    return true;
  }

  private renew(): void {
    for (const name of this.held) {
      const owner = this.owned(name) ?? this.owner;
      // Another tab took over while this one slept for longer than a lease lasts.
      if (owner === this.owner) this.write(name);
    }
  }

  private write(name: string): void {
    this.storage.setItem(KEY + name, JSON.stringify({ owner: this.owner, until: Date.now() + EXPIRY } satisfies Lease));
  }

  private drop(name: string): void {
    this.held.delete(name);
    if (this.owned(name) === this.owner) this.storage.removeItem(KEY + name);
    if (this.held.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

let leases: Leases | undefined;

/** The locks of this page: the browser's, or leases; undefined where there is no storage either. */
export function pageLocks(): Locks | undefined {
  if (typeof navigator === 'undefined') return undefined;
  if (navigator.locks) return navigator.locks as Locks;
  if (leases !== undefined) return leases;
  try {
    const owner = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
    const mine = new Leases(localStorage, owner);
    addEventListener('pagehide', () => mine.dropAll());
    leases = mine;
    return leases;
  } catch {
    return undefined;
  }
}
