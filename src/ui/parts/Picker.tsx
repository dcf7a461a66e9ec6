// A labelled native select, small enough for the header.
import { type ReactNode, useId } from 'react';

interface PickerProps<T extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly label: string; readonly hint?: string }[];
  readonly value: T;
  readonly disabled?: boolean;
  onChange(value: T): void;
}

/** One of many options, by name. */
export function Picker<T extends string>({ label, options, value, disabled, onChange }: PickerProps<T>): ReactNode {
  const id = useId();
  return (
    <div className="picker">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} disabled={disabled} onChange={(event) => onChange(event.target.value as T)}>
        {options.map((option) => (
          <option key={option.value} value={option.value} title={option.hint}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
