// The front that the table of a finished run predicts: other limits answered without another search. Each policy is a
// prediction until it is measured on test images.
import type { ReactNode } from 'react';
import { samePolicy } from '../../graph/policy';
import { costsOf } from '../../store/measure/costs';
import { measureSeries } from '../../store/measure/measuring';
import { contextOf } from '../../store/measure/selectors';
import { predictFront } from '../../store/search/tables';
import { type SearchRun, testedOf } from '../../store/state/searchRun';
import { configName } from '../../words/config';
import { compare } from '../../words/en/compare';
import { said } from '../../words/en/declared';
import { sizeInWords } from '../../words/numbers';
import { useDesk } from '../parts/useDesk';
import { PolicyTable } from '../plot/PolicyTable';

/** The button that asks for the front, then the front. */
export function TableFront({ run }: { readonly run: SearchRun }): ReactNode {
  const predicted = useDesk((state) => state.predicted[run.id]);
  const architecture = useDesk((state) => state.architecture);
  const measured = useDesk((state) => state.measured);
  const { scheme, steps } = run.setting;
  const context = useDesk((state) => contextOf({ ...state, scheme }));
  const table = run.chosen?.table;
  if (table === undefined) return null;
  if (predicted === undefined)
    return (
      <div className="buttons">
        <button type="button" title={compare.table.showTip} onClick={() => predictFront(run.id)}>
          {compare.table.show}
        </button>
      </div>
    );
  const rows = predicted.map(({ policy, accuracy }) => {
    const here = measured.findLast((point) => point.context === context && samePolicy(point.policy, policy));
    const tested = here?.accuracy ?? testedOf(run, policy);
    const memory = costsOf(architecture, policy, scheme).memory;
    return {
      policy,
      tested,
      label: configName(policy),
      cells: [
        sizeInWords(memory),
        accuracy === undefined ? compare.table.beyond : compare.table.estimate(accuracy),
        tested ? compare.table.tested(tested) : compare.table.untested,
      ],
    };
  });
  const open = rows.filter(({ tested }) => tested === undefined);
  return (
    <div>
      <p className="note">{compare.table.about(said(table.label), steps)}</p>
      <PolicyTable
        label={compare.table.label(run.name)}
        title={compare.table.predicted}
        columns={[compare.inside.size, compare.inside.validation(), compare.inside.test()]}
        rows={rows}
      />
      {open.length > 0 && (
        <div className="buttons">
          <button type="button" onClick={() => measureSeries(open.map(({ policy }) => ({ policy, scheme })))}>
            {compare.table.measure(open.length)}
          </button>
        </div>
      )}
    </div>
  );
}
