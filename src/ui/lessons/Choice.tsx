// A question with a few answers, of which the state of the desk makes one right.
import { type ReactNode, useId, useState } from 'react';
import type { ChoiceStep, Known } from '../../store/lessons/lesson';
import { choose } from '../../store/lessons/player';
import { lessons as words } from '../../words/en/lessons';
import styles from './Choice.module.css';

interface ChoiceProps {
  readonly step: ChoiceStep;
  readonly shown: Known;
  /** Id of the live region. */
  readonly status: string;
}

/** The answers, and what is said of the chosen one. */
export function Choice({ step, shown, status }: ChoiceProps): ReactNode {
  const done = shown.outcomes[step.id]?.done === true;
  const [picked, setPicked] = useState<string>();
  const [wrong, setWrong] = useState(false);
  const name = useId();
  const chosen = picked ?? (done ? step.right(shown)[0] : undefined);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (picked !== undefined) setWrong(!choose(picked));
      }}
    >
      <fieldset className={styles.choice} disabled={done}>
        <legend>{step.question(shown)}</legend>
        {step.choices.map(({ value, label }) => (
          <label key={value}>
            <input
              type="radio"
              name={name}
              required
              value={value}
              checked={value === chosen}
              onChange={() => {
                setPicked(value);
                setWrong(false);
              }}
            />
            {label(shown)}
          </label>
        ))}
        {!done && <button type="submit">{words.answer}</button>}
      </fieldset>
      <p id={status} role="status">
        {done ? `${words.right} ${step.because(shown)}` : wrong && words.wrong}
      </p>
    </form>
  );
}
