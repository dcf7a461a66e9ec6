// A member's own side: keeps what the engine sends, and does its jobs one after the other.
import { createYield } from './breathe';
import { Held } from './held';
import type { Job, JobContext } from './job';
import { type JobName, jobs } from './jobs';
import type { FromMember, JobMessage, MemberBackend, SentError, ToMember } from './messages';

/** What a member needs of its worker scope or thread. */
export interface MemberScope {
  postMessage(message: FromMember, transfer: Transferable[]): void;
  onmessage: ((message: ToMember) => void) | null;
}

const sent = (error: unknown): SentError => {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { name, message };
};

/** The waiting jobs. The run that was asked for last comes first: the engine lets only the most urgent one ask. */
class Queue {
  private readonly jobs: JobMessage[] = [];

  add(job: JobMessage): void {
    this.jobs.push(job);
  }

  /** The next job that may begin now. */
  next(mayBegin: (job: JobMessage) => boolean): JobMessage | undefined {
    const run = this.jobs.findLast(mayBegin)?.run;
    const first = this.jobs.findIndex((job) => job.run === run && mayBegin(job));
    return first < 0 ? undefined : this.jobs.splice(first, 1)[0];
  }

  cancel(run: number): void {
    for (let i = this.jobs.length - 1; i >= 0; i--) if (this.jobs[i].run === run) this.jobs.splice(i, 1);
  }
}

/** Serves an engine. `open` opens a backend and resolves to the device in words. */
export function serveMember(scope: MemberScope, open: (backend: MemberBackend) => Promise<string>): void {
  const held = new Held();
  const queue = new Queue();
  const rest = createYield();
  // Nothing is dropped under the hands of a job.
  const toDrop = new Set<string>();
  /** The jobs in progress: the first, those that came while it took a breath, and so on. */
  const running: { readonly run: number; readonly job: JobName; readonly controller: AbortController }[] = [];
  /** Candidates of a search wait for one another; begun in the midst of another one, they would only delay it. */
  const mayBegin = ({ job }: JobMessage) => !running.some((other) => other.job === job);

  const work = async (message: JobMessage): Promise<void> => {
    const { id, run, job, params } = message;
    const controller = new AbortController();
    running.push({ run, job, controller });
    try {
      const context: JobContext = { held, breathe, signal: controller.signal };
      const { value, transfer = [] } = await (jobs[job] as Job<unknown, unknown>)(params, context);
      scope.postMessage({ kind: 'done', id, value }, transfer);
    } catch (error) {
      scope.postMessage({ kind: 'failed', id, error: sent(error) }, []);
    } finally {
      running.pop();
      if (running.length === 0) {
        held.drop(toDrop);
        toDrop.clear();
      }
    }
  };
  const workAll = async (): Promise<void> => {
    for (let job = queue.next(mayBegin); job !== undefined; job = queue.next(mayBegin)) {
      await work(job);
      await rest();
    }
  };
  let isWorking = false;
  const begin = async (): Promise<void> => {
    if (isWorking) return;
    isWorking = true;
    await workAll();
    isWorking = false;
  };
  // What is asked for during a long job is more urgent: the engine's scheduler lets nothing else ask.
  const breathe = async (): Promise<void> => {
    await rest();
    await workAll();
  };

  scope.onmessage = (message) => {
    switch (message.kind) {
      case 'start':
        open(message.backend).then(
          (device) => scope.postMessage({ kind: 'ready', device }, []),
          (error) => scope.postMessage({ kind: 'unable', error: sent(error) }, []),
        );
        break;
      case 'hold':
        toDrop.delete(message.key);
        held.set(message.key, message.value);
        break;
      case 'drop':
        if (running.length === 0) held.drop(message.keys);
        else for (const key of message.keys) toDrop.add(key);
        break;
      case 'job':
        queue.add(message);
        void begin();
        break;
      case 'cancel':
        queue.cancel(message.run);
        for (const { run, controller } of running) if (run === message.run) controller.abort();
        break;
      case 'ping':
        scope.postMessage({ kind: 'alive' }, []);
        break;
    }
  };
}
