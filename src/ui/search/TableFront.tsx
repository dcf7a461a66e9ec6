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
import { count, percent, plusMinus, sizeInWords } from '../../words/numbers';
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
        <button
          type="button"
          title="Other limits, answered without another search"
          onClick={() => predictFront(run.id)}
        >
          Front from this table
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
        accuracy === undefined ? 'beyond what was measured' : `~${percent(accuracy)}`,
        tested ? `${percent(tested.value)} ${plusMinus(tested)} of ${count(tested.n)}` : 'predicted, not measured',
      ],
    };
  });
  const open = rows.filter(({ tested }) => tested === undefined);
  return (
    <div>
      <p className="note">
        From its table of single layers ({table.label}), at every limit
        {steps > 0 && `; predicted with ${steps} steps of fine-tuning, measured here without`}
      </p>
      <PolicyTable
        label={`Front from the table of ${run.name}`}
        title="Predicted"
        columns={['memory', 'search images (%)', 'test images (%)']}
        rows={rows}
      />
      {open.length > 0 && (
        <div className="buttons">
          <button type="button" onClick={() => measureSeries(open.map(({ policy }) => ({ policy, scheme })))}>
            Measure these {open.length}
          </button>
        </div>
      )}
    </div>
  );
}
