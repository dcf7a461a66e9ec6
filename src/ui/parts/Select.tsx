// One of many words, with its label: above it in forms, beside it in the banner.
import { type ReactNode, useId } from 'react';
import fieldStyles from './field.module.css';
import styles from './Select.module.css';

export interface SelectOption<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
  readonly disabled?: boolean;
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly options: readonly SelectOption<T>[];
  readonly value: T;
  /** What the choice does, in one sentence. */
  readonly hint?: string;
  readonly disabled?: boolean;
  /** True in the banner. */
  readonly beside?: boolean;
  onChange(value: T): void;
}

/** A labelled native select. */
export function Select<T extends string>(props: SelectProps<T>): ReactNode {
  const { label, options, value, hint, disabled, beside, onChange } = props;
  const id = useId();
  return (
    <div className={beside ? styles.picker : fieldStyles.field}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        aria-describedby={hint && `${id}-hint`}
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value as T)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} title={option.hint} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      {hint && (
        <span id={`${id}-hint`} className="note">
          {hint}
        </span>
      )}
    </div>
  );
}
