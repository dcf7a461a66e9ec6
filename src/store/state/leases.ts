// Locks for pages without Web Locks, which browsers hide in insecure contexts. A lease is an entry in localStorage with an
// owner and an expiry time, renewed by its tab. Implements the part of the Web Locks API that the page uses.

const KEY = 'fewbits.lease.';
/** Milliseconds between renewals, and until a lease expires. Browsers wake hidden tabs only once a minute. */
const RENEWAL = 5_000;
const EXPIRY = 90_000;
/** Milliseconds until all tabs see the same last writer, and between checks whether a lease is free. */
const SETTLING = 100;
const PATIENCE = 1_000;

interface Lease {
  readonly owner: string;
  readonly until: number;
}

/** The part of the browser's LockManager that the page uses. */
export interface Locks {
  /** Holds `name` until the promise of `work` settles. `work` gets null if the lock is taken and should not be waited for. */
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly mode?: 'shared' | 'exclusive' },
    work: (lock: object | null) => unknown,
  ): Promise<unknown>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string; readonly mode?: string }[] }>;
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The leases of one tab, in a storage shared by all tabs. */
export class Leases implements Locks {
  private readonly held = new Set<string>();
  private timer: ReturnType<typeof setInterval> | undefined;

  /** @param owner unique per tab */
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

  /** Releases everything, because the page is about to close. */
  dropAll(): void {
    for (const name of [...this.held]) this.drop(name);
  }

  /** The owner of a lease; undefined if it is free, expired or damaged. */
  private owned(name: string): string | undefined {
    try {
      const { owner, until } = JSON.parse(this.storage.getItem(KEY + name) ?? '{}') as Partial<Lease>;
      const remaining = Number(until) - Date.now();
      // An expiry too far in the future was written before the clock was set back.
      return typeof owner === 'string' && remaining > 0 && remaining <= EXPIRY ? owner : undefined;
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
      // If this tab slept past its expiry, another tab may have taken over.
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

/** The locks of this page: the browser's, or leases; undefined without a storage. */
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
