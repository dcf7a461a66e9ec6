// A number with its label, kept at its last valid value.
import { type ReactNode, useEffect, useId, useRef } from 'react';
import fieldStyles from './field.module.css';

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number | 'any';
  readonly note?: ReactNode;
  readonly disabled?: boolean;
  onChange(value: number): void;
}

/** A field for a number; what is not valid is marked and changes nothing. */
export function NumberField({ label, value, min, max, step, note, disabled, onChange }: NumberFieldProps): ReactNode {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  // Undo and links change the value from outside; what is being typed stays as it is typed.
  useEffect(() => {
    if (input.current && input.current.valueAsNumber !== value) input.current.value = String(value);
  }, [value]);
  return (
    <div className={fieldStyles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        ref={input}
        id={id}
        type="number"
        inputMode="decimal"
        required
        disabled={disabled}
        defaultValue={value}
        min={min}
        max={max}
        step={step}
        onChange={(event) => {
          const { valueAsNumber, validity } = event.target;
          if (validity.valid && Number.isFinite(valueAsNumber)) onChange(valueAsNumber);
        }}
      />
      {note !== undefined && <span className="note">{note}</span>}
    </div>
  );
}
