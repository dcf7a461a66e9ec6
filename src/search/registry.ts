// Every search, of the page, of links, of messages and of the headless runner. To add one:
// 1. write `src/search/<name>.ts` exporting a `SearchMethod` (method.ts), with its test beside it;
// 2. add it to this table;
// 3. what it shows of itself is a kind in `insides.ts`, and a picture in `src/ui/insides/`.

import { amp } from './amp';
import { dnas } from './dnas';
import { greedy } from './greedy';
import { hessian } from './hessian';
import { limpq } from './limpq';
import { metaquantnet } from './metaquantnet';
import type { SearchMethod } from './method';
import { mtgp } from './mtgp';
import { random } from './random';
import { uniform } from './uniform';

export const searches = {
  uniform,
  random,
  greedy,
  hessian,
  amp,
  mtgp,
  limpq,
  dnas,
  metaquantnet,
} as const satisfies Record<string, SearchMethod>;

export type SearchId = keyof typeof searches;
