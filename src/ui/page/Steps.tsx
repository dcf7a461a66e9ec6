// The list of undo steps: the present can be named, and a press goes to a step.
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { goToStep, listSteps, nameStep } from '../../store/link/steps';
import { desk } from '../../store/state/desk';
import { steps as words } from '../../words/en/steps';
import { classes } from '../parts/classes';
import { moveInTable } from '../parts/tableKeys';
import { useDesk } from '../parts/useDesk';
import styles from './Steps.module.css';

export default function Steps(): ReactNode {
  const history = useDesk((state) => state.history);
  const policy = useDesk((state) => state.policy);
  const here = useRef<HTMLButtonElement>(null);
  // What led to the present depends on all that undo restores, and nearly all changes of that are steps or of the bits.
  const rows = useMemo(() => listSteps(desk.getState()), [history, policy]);
  useEffect(() => {
    here.current?.scrollIntoView({ block: 'nearest' });
  }, [history.at]);
  const current = rows.find(({ id }) => id === history.at);
  return (
    <>
      <input
        // Another state, another name.
        key={`${history.at} ${current?.name}`}
        type="text"
        className={styles.name}
        aria-label={words.name}
        placeholder={words.namePlaceholder}
        defaultValue={current?.name}
        maxLength={60}
        onBlur={(event) => {
          if (event.target.value !== (current?.name ?? '')) nameStep(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
      <ol className={styles.steps} onKeyDown={moveInTable}>
        {rows.map(({ id, change, name, depth, onWay }, row) => (
          <li
            key={id}
            style={{ marginInlineStart: 14 * Math.min(depth, 6) }}
            className={classes(depth > 0 && styles.branch)}
          >
            <button
              ref={id === history.at ? here : null}
              type="button"
              className={classes(styles.step, !onWay && styles.aside)}
              aria-current={id === history.at ? 'step' : undefined}
              tabIndex={id === history.at ? 0 : -1}
              data-row={row}
              data-column={0}
              onClick={() => goToStep(id)}
            >
              {name && <b>{name}</b>} {change}
              {!onWay && <span className="unseen"> {words.otherBranch}</span>}
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
