// What members can do: one entry per job. A new job is a file that exports its function, and a line here.
import type { Job } from './job';
import { logits } from './logits';
import { measure } from './measure';
import { pace } from './pace';
import { beginReplica, makeStep, runShard } from './replicas';

/** The functions of the jobs. */
export const jobs = { logits, measure, pace, beginReplica, runShard, makeStep } as const;

type Table = typeof jobs;
export type JobName = keyof Table;

/** Every job: its parameters and its result. */
export type Jobs = {
  readonly [J in JobName]: Table[J] extends Job<infer P, infer R> ? { readonly params: P; readonly result: R } : never;
};
