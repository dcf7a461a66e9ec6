// The inside of a search, by its kind. A method's new kind gets its picture here: a file and a line of the table.
import type { ComponentType, ReactNode } from 'react';
import type { Inside } from '../../engine/protocol/searching';
import type { SearchRun } from '../../store/state/searchRun';
import { HeatTable } from './HeatTable';
import { Importance } from './Importance';
import { Mixture } from './Mixture';
import { Population } from './Population';
import { Posterior } from './Posterior';

interface InsideProps<I> {
  readonly run: SearchRun;
  readonly inside: I;
}

const PICTURES: { readonly [Kind in Inside['kind']]: ComponentType<InsideProps<Extract<Inside, { kind: Kind }>>> } = {
  posterior: Posterior,
  importance: Importance,
  mixture: Mixture,
  population: Population,
  table: HeatTable,
};

/** What a run's method shows of itself. */
export function InsideView({ run, inside }: InsideProps<Inside>): ReactNode {
  const Picture = PICTURES[inside.kind] as ComponentType<InsideProps<Inside>>;
  return <Picture key={run.id} run={run} inside={inside} />;
}
