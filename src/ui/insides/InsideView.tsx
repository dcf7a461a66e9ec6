// The inside of a search, by its kind; a method's new kind gets its picture here.
import type { ReactNode } from 'react';
import type { Inside } from '../../engine/protocol/searching';
import type { SearchRun } from '../../store/state/searchRun';
import { HeatTable } from './HeatTable';
import { Importance } from './Importance';
import { Mixture } from './Mixture';
import { Population } from './Population';
import { Posterior } from './Posterior';

interface InsideViewProps {
  readonly run: SearchRun;
  readonly inside: Inside;
}

/** What a run's method shows of itself. */
export function InsideView({ run, inside }: InsideViewProps): ReactNode {
  switch (inside.kind) {
    case 'posterior':
      return <Posterior run={run} inside={inside} />;
    case 'importance':
      return <Importance inside={inside} />;
    case 'mixture':
      return <Mixture inside={inside} />;
    case 'population':
      return <Population key={run.id} run={run} inside={inside} />;
    case 'table':
      return <HeatTable label={inside.label} layers={inside.layers} />;
  }
}
