// Every search, for the page, links, messages and the headless runner. To add one:
// 1. write `src/search/methods/<name>.ts` exporting a `SearchMethod` (method.ts), with its test beside it;
// 2. add the method to this table;
// 3. for a chart of its progress, add a kind to `insides.ts` and a chart to `src/ui/insides/`.
import type { SearchMethod } from './method';
import { amp } from './methods/amp';
import { dnas } from './methods/dnas';
import { greedy } from './methods/greedy';
import { hessian } from './methods/hessian';
import { limpq } from './methods/limpq';
import { metaquantnet } from './methods/metaquantnet';
import { mtgp } from './methods/mtgp';
import { outputError } from './methods/outputError';
import { random } from './methods/random';
import { squaredSteps } from './methods/squaredSteps';
import { uniform } from './methods/uniform';

/**
 * The searches, by id, with their options.
 *
 * @example
 * for (const [id, { label, options }] of Object.entries(searches)) console.log(id, label, Object.keys(options));
 */
export const searches = {
  uniform,
  random,
  squaredSteps,
  outputError,
  greedy,
  hessian,
  amp,
  mtgp,
  limpq,
  dnas,
  metaquantnet,
} as const satisfies Record<string, SearchMethod>;

export type SearchId = keyof typeof searches;
