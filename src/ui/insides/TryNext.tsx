// What a belief proposes: the policy that is measured next and the one that is believed to be the best, with what is
// expected of them, each a click away from the faders.
import type { ReactNode } from 'react';
import type { Inside } from '../../engine/protocol/searching';
import { costsOf } from '../../store/measure/costs';
import type { SearchRun } from '../../store/state/searchRun';
import { configName } from '../../words/config';
import { insides } from '../../words/en/insides';
import { sizeInWords } from '../../words/numbers';
import { useDesk } from '../parts/useDesk';
import { PolicyTable } from '../plot/PolicyTable';

interface TryNextProps {
  readonly run: SearchRun;
  readonly inside: Extract<Inside, { kind: 'posterior' }>;
}

/** A table of one or two policies; the network in use is the run's. */
export function TryNext({ run, inside: { tasks, choice, next } }: TryNextProps): ReactNode {
  const architecture = useDesk((state) => state.architecture);
  const proposals = [
    ...(next ? [{ ...next, words: insides.next.measured(tasks[next.task].label) }] : []),
    { ...choice, words: insides.next.best },
  ];
  const rows = proposals.map(({ words, policy, mean, sd }) => ({
    policy,
    label: insides.next.label(words),
    name: (
      <>
        {configName(policy)} <span className="note">{words}</span>
      </>
    ),
    cells: [sizeInWords(costsOf(architecture, policy, run.setting.scheme).memory), insides.next.belief(mean, sd)],
  }));
  const columns = [insides.next.size, insides.next.expected(tasks[tasks.length - 1].label)];
  return <PolicyTable label={insides.next.title} title={insides.next.title} columns={columns} rows={rows} />;
}
