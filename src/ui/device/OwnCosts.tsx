// A table of the user's own costs: loading it, what it may take, and tables to begin with.
import { type ReactNode, useState } from 'react';
import { isTabled, readExample, readTable, removeTable, setTableBudget, tableToFill } from '../../store/device/table';
import { desk } from '../../store/state/desk';
import { messageOf } from '../../store/state/engine';
import { device as words } from '../../words/en/device';
import { FilePicker } from '../parts/FilePicker';
import { NumberField } from '../parts/NumberField';
import { saveFile } from '../parts/saveFile';
import { useDesk } from '../parts/useDesk';
import styles from './BoardDialog.module.css';

const ANY_COST = { min: 0, max: 1e9, step: 'any' } as const;
const orAny = (value: number) => (value > 0 ? value : null);

/** The table in use. */
function Table(): ReactNode {
  const choice = useDesk((state) => state.costTable);
  const hasTime = useDesk((state) => isTabled(state, 'ms'));
  const hasEnergy = useDesk((state) => isTabled(state, 'mJ'));
  if (choice === null) return null;
  const { table, latencyMs, energyMJ } = choice;
  return (
    <>
      <p>{words.table(table.name, table.rows.length)}</p>
      {table.note !== undefined && <p className="note">{table.note}</p>}
      <div className={styles.budgets}>
        {hasTime && (
          <NumberField
            label={words.latencyField}
            value={latencyMs ?? 0}
            {...ANY_COST}
            onChange={(value) => setTableBudget({ latencyMs: orAny(value) })}
          />
        )}
        {hasEnergy && (
          <NumberField
            label={words.energyField}
            value={energyMJ ?? 0}
            {...ANY_COST}
            onChange={(value) => setTableBudget({ energyMJ: orAny(value) })}
          />
        )}
      </div>
    </>
  );
}

/** Part of the dialog "Board". */
export function OwnCosts(): ReactNode {
  const hasTable = useDesk((state) => state.costTable !== null);
  const [problem, setProblem] = useState<string>();
  return (
    <div className={styles.arithmetic}>
      <span>{words.ownCosts}</span>
      <p className="note">{words.ownCostsHint}</p>
      <Table />
      {problem !== undefined && <p role="alert">{problem}</p>}
      <div className="buttons">
        <FilePicker
          single
          label={words.loadTable}
          accept=".csv,.json,.txt,.tsv"
          onFiles={([{ path, file }]) =>
            void file
              .arrayBuffer()
              .then((bytes) => readTable(path, new Uint8Array(bytes)))
              .catch(messageOf)
              .then((found) => setProblem(found && `${path}: ${found}`))
          }
        />
        <button
          type="button"
          onClick={() => saveFile(new Blob([tableToFill(desk.getState())], { type: 'text/csv' }), 'costs.csv')}
        >
          {words.tableToFill}
        </button>
        <button type="button" onClick={() => void readExample().then(setProblem)}>
          {words.exampleTable}
        </button>
        {hasTable && (
          <button type="button" onClick={removeTable}>
            {words.removeTable}
          </button>
        )}
      </div>
    </div>
  );
}
