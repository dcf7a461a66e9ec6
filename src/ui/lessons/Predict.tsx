// A guess, by slider or number, locked before the value is known.
import { type ReactNode, useId, useState } from 'react';
import type { Known, PredictStep } from '../../store/lessons/lesson';
import { lockGuess } from '../../store/lessons/player';
import { lessons as words } from '../../words/en/lessons';
import { guessAt, placeOf, STOPS } from './guesses';
import styles from './Predict.module.css';

interface PredictProps {
  readonly step: PredictStep;
  readonly shown: Known;
}

/** The question; once its guess is locked, that guess. */
export function Predict({ step, shown }: PredictProps): ReactNode {
  const { scale } = step;
  const locked = shown.outcomes[step.id]?.guess;
  const [guess, setGuess] = useState(() => guessAt(scale, STOPS / 2));
  const [text, setText] = useState(String(guess));
  const range = useId();
  const question = step.question(shown);
  if (typeof locked === 'number')
    return (
      <>
        <p className={styles.question}>{question}</p>
        <p>{words.locked(scale.unit, locked)}</p>
      </>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        lockGuess(guess);
      }}
    >
      <fieldset className={styles.predict}>
        <legend className={styles.question}>{question}</legend>
        <label htmlFor={range}>{words.guess}</label>
        <output className={styles.guess} htmlFor={range}>
          {words.value(scale.unit, guess)}
        </output>
        <input
          id={range}
          type="range"
          min={0}
          max={STOPS}
          step={scale.log ? 1 : STOPS / Math.round((scale.max - scale.min) / scale.step)}
          value={placeOf(scale, guess)}
          aria-valuetext={words.value(scale.unit, guess)}
          onChange={(event) => {
            const next = guessAt(scale, Number(event.target.value));
            setGuess(next);
            setText(String(next));
          }}
        />
        <span className={styles.ends} aria-hidden="true">
          <span>{words.value(scale.unit, scale.min)}</span>
          <span>{words.value(scale.unit, scale.max)}</span>
        </span>
        <div className={styles.lock}>
          <input
            type="number"
            inputMode="decimal"
            required
            aria-label={words.guessIn[scale.unit]}
            min={scale.min}
            max={scale.max}
            step={scale.step}
            value={text}
            onChange={(event) => {
              const { value, valueAsNumber, validity } = event.target;
              setText(value);
              if (validity.valid && Number.isFinite(valueAsNumber)) setGuess(valueAsNumber);
            }}
          />
          <button type="submit" className="primary">
            {words.lock}
          </button>
        </div>
      </fieldset>
    </form>
  );
}
