// A choice of a few words in one row: native radio buttons behind the looks.
import { type ReactNode, useId } from 'react';
import { classes } from './classes';
import styles from './Segmented.module.css';

interface SegmentedProps<T extends string> {
  readonly legend: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  /** True where room is scarce. */
  readonly small?: boolean;
  onChange(value: T): void;
}

/** One of several short options. */
export function Segmented<T extends string>({ legend, options, value, small, onChange }: SegmentedProps<T>): ReactNode {
  const name = useId();
  return (
    <fieldset className={classes(styles.segmented, small && styles.small)}>
      <legend className="unseen">{legend}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
