// The engine's side of one member: sends it data once, gives it jobs, and notices when it dies or falls silent.
import type { JobName, Jobs } from './jobs';
import {
  type Ending,
  type FromMember,
  inEnglish,
  type MemberBackend,
  type MemberPort,
  type ToMember,
} from './messages';

/** A member died with work in hand, or was replaced: the piece has to be done again, elsewhere. */
export class MemberLostError extends Error {
  override readonly name = 'MemberLostError';
}

/** A job failed in a member. It may fail anywhere, so the engine does the piece itself. */
export class JobError extends Error {
  override readonly name = 'JobError';
}

/** Data of these kinds are kept up to a limit, the latest used ones; others until they are dropped. */
export type HeldKind = 'network' | 'ranges' | 'pixels' | 'device';

/** Most bytes that a member keeps of a kind; or items, for those that differ little in size. */
export interface HoldLimits {
  readonly networks: number;
  readonly ranges: number;
  readonly pixelBytes: number;
}

/** Called by a member, once each except `changed`. */
export interface MemberEvents {
  ready(device: string): void;
  /** It has ended: unable to start, idle ever since, or after it finished jobs. */
  ended(ending: Ending, life: 'unable' | 'idle' | 'worked'): void;
  /** It began or finished a job. */
  changed(): void;
}

interface Pending {
  readonly run: number;
  readonly job: JobName;
  readonly needs: readonly string[];
  readonly sinceTick: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface Holding {
  readonly kind: HeldKind;
  readonly bytes: number;
}

/** Milliseconds between two pings of a member with work. Beats are counted rather than time, as in a sleeping computer. */
const BEAT = 1000;
/** Beats in which a worker's script and backend may arrive. */
const START_BEATS = 90;
/** A member may be silent for so many times its slowest answer, if that is longer than the pool's patience. */
const SLOWER = 20;

export class Member {
  private isReady = false;
  private isOver = false;
  private worked = false;
  private ticks = 0;
  private silent = 0;
  private slowest = 0;
  private lastId = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly holdings = new Map<string, Holding>();
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    /** Its place in the pool, from 1: 0 is the engine. */
    readonly slot: number,
    private readonly port: MemberPort,
    backend: MemberBackend,
    private readonly limits: HoldLimits,
    /** Seconds of silence after which it is taken for dead. */
    private readonly patience: number,
    private readonly events: MemberEvents,
  ) {
    port.onmessage = (message) => this.hear(message);
    port.onend = (ending) => this.end(ending);
    port.postMessage({ kind: 'start', backend }, []);
    this.timer = setInterval(() => this.beat(), BEAT);
    this.stayAwake();
  }

  /** Node ends when nothing is awaited: the beat of a member with work counts, that of an idle one does not. */
  private stayAwake(): void {
    const timer = this.timer as Partial<Pick<NodeJS.Timeout, 'ref' | 'unref'>>;
    if (this.pending.size > 0) timer.ref?.();
    else timer.unref?.();
    this.events.changed();
  }

  /** True when it can take jobs. */
  get ready(): boolean {
    return this.isReady && !this.isOver;
  }

  /** What it is doing; undefined when idle. */
  get doing(): JobName | undefined {
    for (const { job } of this.pending.values()) return job;
    return undefined;
  }

  /** Jobs of a run that it has not answered yet. */
  outstanding(run: number): number {
    let count = 0;
    for (const job of this.pending.values()) if (job.run === run) count++;
    return count;
  }

  /**
   * Gives it a job of a run; `needs` are keys of held data that the job reads.
   * @throws MemberLostError, JobError
   */
  run<J extends JobName>(
    run: number,
    job: J,
    params: Jobs[J]['params'],
    needs: readonly string[] = [],
    transfer: Transferable[] = [],
  ): Promise<Jobs[J]['result']> {
    if (this.isOver) return Promise.reject(new MemberLostError('This worker has ended.'));
    const id = ++this.lastId;
    this.post({ kind: 'job', id, run, job, params } as ToMember, transfer);
    const result = new Promise<Jobs[J]['result']>((resolve, reject) => {
      const settle = resolve as (value: unknown) => void;
      this.pending.set(id, { run, job, needs, sinceTick: this.ticks, resolve: settle, reject });
    });
    this.stayAwake();
    return result;
  }

  /** Tells it to forget the jobs of a run; their promises are rejected. */
  cancel(run: number): void {
    const ended = [...this.pending].filter(([, job]) => job.run === run);
    if (ended.length === 0) return;
    for (const [id, { reject }] of ended) {
      this.pending.delete(id);
      reject(new MemberLostError('The run was canceled.'));
    }
    this.post({ kind: 'cancel', run });
    this.stayAwake();
  }

  /** Sends data under a key, unless it has them. `bytes` counts against the limit of the kind. */
  hold(key: string, kind: HeldKind, make: () => { readonly value: unknown; readonly bytes: number }): void {
    const known = this.holdings.get(key);
    this.holdings.delete(key);
    if (known !== undefined) {
      this.holdings.set(key, known);
      return;
    }
    const { value, bytes } = make();
    this.holdings.set(key, { kind, bytes });
    this.post({ kind: 'hold', key, value });
    this.makeRoom(kind, key);
  }

  /** Forgets data, and what was made on the device under these keys. */
  drop(keys: readonly string[]): void {
    for (const key of keys) this.holdings.delete(key);
    this.post({ kind: 'drop', keys });
  }

  /** Ends it; its jobs are rejected, and `ended` is called. */
  end(ending: Ending): void {
    if (this.isOver) return;
    this.isOver = true;
    clearInterval(this.timer);
    this.port.onmessage = null;
    this.port.onend = null;
    this.port.terminate();
    const lost = [...this.pending.values()];
    this.pending.clear();
    this.events.ended(ending, this.worked ? 'worked' : this.isReady ? 'idle' : 'unable');
    for (const { reject } of lost) reject(new MemberLostError(`This worker has ended: ${inEnglish(ending)}.`));
  }

  /** Drops the data used longest ago, except what waiting jobs need. */
  private makeRoom(kind: HeldKind, newest: string): void {
    const { networks, ranges, pixelBytes } = this.limits;
    const most = { network: networks, ranges, pixels: pixelBytes, device: Number.POSITIVE_INFINITY }[kind];
    const sizeOf = ({ bytes }: Holding) => (kind === 'pixels' ? bytes : 1);
    const same = [...this.holdings].filter(([, holding]) => holding.kind === kind);
    let size = same.reduce((sum, [, holding]) => sum + sizeOf(holding), 0);
    const used = new Set([...this.pending.values()].flatMap(({ needs }) => needs));
    const gone: string[] = [];
    for (const [key, holding] of same) {
      if (size <= most) break;
      if (key === newest || used.has(key)) continue;
      gone.push(key);
      size -= sizeOf(holding);
    }
    if (gone.length > 0) this.drop(gone);
  }

  private post(message: ToMember, transfer: Transferable[] = []): void {
    if (!this.isOver) this.port.postMessage(message, transfer);
  }

  private hear(message: FromMember): void {
    this.silent = 0;
    switch (message.kind) {
      case 'ready':
        this.isReady = true;
        this.events.ready(message.device);
        break;
      case 'unable':
        this.end({ why: 'no backend', detail: message.error.message });
        break;
      case 'done':
      case 'failed': {
        const job = this.pending.get(message.id);
        this.pending.delete(message.id);
        if (job === undefined) break;
        this.slowest = Math.max(this.slowest, this.ticks - job.sinceTick);
        if (message.kind === 'failed') job.reject(new JobError(`${message.error.name}: ${message.error.message}`));
        else {
          this.worked = true;
          job.resolve(message.value);
        }
        this.stayAwake();
        break;
      }
      case 'alive':
        break;
    }
  }

  private beat(): void {
    this.ticks++;
    if (this.isReady && this.pending.size === 0) {
      this.silent = 0;
      return;
    }
    this.silent++;
    const most = this.isReady ? Math.max(this.patience, SLOWER * this.slowest) : START_BEATS;
    if (this.silent > most) this.end({ why: 'silent', detail: `${this.silent} s` });
    else if (this.isReady) this.post({ kind: 'ping' });
  }
}
