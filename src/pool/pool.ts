// A pool of engines: the engine itself, and so many further workers that compute for it. Each has its own backend. Members
// are started when there is work to split, replaced when they die, and given up when they cannot live.
import { Member } from './member';
import type { Ending, MemberBackend, SpawnMember } from './messages';

/** What a member of the pool is doing. */
export interface MemberState {
  readonly state: 'starting' | 'idle' | 'working' | 'given up';
}

/** A pool as others see it. */
export interface PoolState {
  /** Engines asked for, with the one that asks; 1 where the backend cannot be split. */
  readonly wanted: number;
  /** Those further ones that live or could not. */
  readonly members: readonly MemberState[];
  /** Why there are fewer than wanted: what the last one that was given up died of. */
  readonly shrunk?: Ending;
}

/** One engine per member pays where it computes on the processor; GPUs are shared by all. */
const SPLITS: ReadonlySet<string> = new Set<MemberBackend>(['wasm', 'cpu']);
/** A place whose members die so often in a row without an answer stays empty. */
const DEATHS = 3;
const PATIENCE = 30;
/** Memory for images in all members, in bytes. */
const PIXEL_BYTES = 96e6;
const NETWORKS = 4;
const RANGES = 16;

interface Place {
  member: Member | undefined;
  deaths: number;
  givenUp: boolean;
}

/** An object that tells when it is disposed. */
interface Disposable {
  readonly whenDisposed?: (() => void)[];
}

export interface PoolOptions {
  /** Seconds of silence after which a member is taken for dead. */
  readonly patience?: number;
  /** Milliseconds of evaluation that the engine does alone before it starts members, which take about a second each (0). */
  readonly alone?: number;
}

export class Pool {
  private backend: MemberBackend | undefined;
  private asked = 1;
  private places: Place[] = [];
  private shrunk: Ending | undefined;
  private lastRun = 0;
  private spent = 0;
  private lastKey = 0;
  private readonly keys = new WeakMap<object, string>();
  private readonly watchers = new Set<() => void>();

  /** @param spawn starts a member; without it the pool is one engine. */
  constructor(
    readonly spawn?: SpawnMember,
    private readonly options: PoolOptions = {},
  ) {}

  /** Engines of the pool, with the one that asks: those that live or can be started. */
  get size(): number {
    return 1 + this.places.filter(({ givenUp }) => !givenUp).length;
  }

  /** Largest slot number plus one: work can be assigned to slots before their members are ready. */
  get slots(): number {
    return 1 + this.places.length;
  }

  /** The members that can take jobs now. */
  get ready(): readonly Member[] {
    return this.places.flatMap(({ member }) => (member?.ready ? [member] : []));
  }

  get state(): PoolState {
    const members = this.places.map(({ member, givenUp }): MemberState => {
      if (givenUp) return { state: 'given up' };
      if (!member?.ready) return { state: member === undefined ? 'idle' : 'starting' };
      return { state: member.doing === undefined ? 'idle' : 'working' };
    });
    return { wanted: 1 + this.places.length, members, ...(this.shrunk !== undefined && { shrunk: this.shrunk }) };
  }

  /** Sets the backend of the engine, which members open too, and the number of engines. Further ones end. */
  set({ backend = this.backend, size = this.asked }: { readonly backend?: string; readonly size?: number }): void {
    const isNew = backend !== this.backend;
    this.asked = size;
    this.backend = backend as MemberBackend | undefined;
    const splits = this.spawn !== undefined && backend !== undefined && SPLITS.has(backend);
    const places = splits ? Math.max(1, size) - 1 : 0;
    const before = this.places;
    this.places = Array.from({ length: places }, (_, i) => {
      const place = isNew ? undefined : before[i];
      return place === undefined || place.givenUp ? { member: undefined, deaths: 0, givenUp: false } : place;
    });
    this.shrunk = undefined;
    for (const place of before)
      if (!this.places.includes(place)) place.member?.end({ why: 'ended', detail: 'the pool was made smaller' });
    this.tell();
  }

  /** Starts the members that are missing. They join as they become ready. */
  fill(): void {
    this.places.forEach((place, i) => {
      if (place.member === undefined && !place.givenUp) this.start(place, i + 1);
    });
  }

  /** Counts milliseconds of evaluation by the engine; with enough of them, members pay and are started. */
  spend(ms: number): void {
    this.spent += ms;
    if (this.spent >= (this.options.alone ?? 0)) this.fill();
  }

  /** A number for the jobs that belong together. */
  newRun(): number {
    return ++this.lastRun;
  }

  /** The key under which members hold an object as `what`. They drop it when the object is disposed. */
  keyOf(what: string, object: object & Disposable): string {
    const known = this.keys.get(object);
    const key = known ?? `${what} ${++this.lastKey}`;
    if (known !== undefined) return key;
    this.keys.set(object, key);
    object.whenDisposed?.push(() => {
      for (const { member } of this.places) member?.drop([key]);
    });
    return key;
  }

  /** Calls `told` whenever a member is ready, begins or ends a job, or ends. Returns what stops it. */
  watch(told: () => void): () => void {
    this.watchers.add(told);
    return () => this.watchers.delete(told);
  }

  /** Ends all members. */
  dispose(): void {
    this.set({ size: 1 });
  }

  private tell(): void {
    for (const told of [...this.watchers]) told();
  }

  private start(place: Place, slot: number): void {
    const { spawn, backend } = this;
    if (spawn === undefined || backend === undefined) return;
    try {
      const limits = { networks: NETWORKS, ranges: RANGES, pixelBytes: PIXEL_BYTES / this.places.length };
      const member: Member = new Member(slot, spawn(), backend, limits, this.options.patience ?? PATIENCE, {
        ready: () => this.tell(),
        changed: () => this.tell(),
        ended: (ending, life) => {
          if (!this.places.includes(place)) return;
          place.member = undefined;
          place.deaths = life === 'worked' ? 1 : place.deaths + (life === 'unable' ? 2 : 1);
          if (place.deaths >= DEATHS) this.giveUp(place, ending);
          else this.start(place, slot);
          this.tell();
        },
      });
      place.member = member;
    } catch (error) {
      this.giveUp(place, { why: 'not started', detail: (error as Error).message });
    }
    this.tell();
  }

  private giveUp(place: Place, ending: Ending): void {
    place.givenUp = true;
    place.member = undefined;
    this.shrunk = ending;
  }
}
