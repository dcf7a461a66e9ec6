// A stored run, for tests.
import { desk } from '../state/desk';
import { INITIAL_SEARCH_FORM } from '../state/searchForm';
import type { SearchRun } from '../state/searchRun';
import { settingFrom } from './form';

/** A paused run on the desk's network without any measurements. */
export const pausedRun = (id: string, changes: Partial<SearchRun> = {}): SearchRun => ({
  id,
  name: `run ${id}`,
  label: 'Random',
  network: 'tiny',
  dataset: 'emoji10',
  fingerprint: 'f',
  setting: settingFrom(desk.getState()),
  form: INITIAL_SEARCH_FORM,
  state: 'paused',
  why: '',
  begun: true,
  phase: '',
  used: 0,
  spent: { forward: 0, backward: 0, evaluations: 0, seconds: 0 },
  points: [],
  inside: null,
  chosen: null,
  front: [],
  scoring: 'no',
  discarded: false,
  ...changes,
});
