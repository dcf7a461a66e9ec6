// A declared option (src/options/) in a form: a number, one of some words, or yes and no.
import type { ReactNode } from 'react';
import type { Declared, Field } from '../../options/fields';
import { said } from '../../words/en/declared';
import { NumberField } from './NumberField';
import optionsStyles from './options.module.css';
import { Select } from './Select';

interface OptionInputProps<V extends number | string | boolean> {
  readonly field: Field & Declared;
  readonly value: V;
  /** Shows what it does, too. */
  readonly hinted?: boolean;
  /** The largest number that makes sense here. */
  readonly most?: number;
  /** Why a number changes nothing now. */
  readonly unused?: string | undefined;
  /** A choice that cannot be taken now. */
  readonly disabled?: string | undefined;
  onChange(value: V): void;
}

/** The input that an option's declaration asks for. */
export function OptionInput<V extends number | string | boolean>(props: OptionInputProps<V>): ReactNode {
  const { field, value, hinted = false, most = Number.POSITIVE_INFINITY, disabled, unused } = props;
  const label = said(field.label);
  const { hint } = field;
  const onChange = (next: number | string | boolean) => props.onChange(next as V);
  const shown = { label, ...(hinted && hint !== undefined && { hint: said(hint) }) };
  if (field.kind === 'number') {
    const { min, max, integer } = field;
    const bounds = { min, max: Math.min(max, most), step: integer ? 1 : ('any' as const) };
    const why = unused === undefined ? {} : { disabled: true, note: said(unused) };
    return <NumberField label={label} {...bounds} {...why} value={Number(value)} onChange={onChange} />;
  }
  if (field.kind === 'choice') {
    const options = field.choices.map((choice) => ({
      value: choice,
      label: said(field.words?.[choice] ?? choice),
      disabled: choice === disabled,
    }));
    return <Select {...shown} options={options} value={String(value)} onChange={onChange} />;
  }
  if (field.words !== undefined) {
    const options = Object.entries(field.words).map(([word, words]) => ({ value: word, label: said(words) }));
    return (
      <Select {...shown} options={options} value={value ? 'yes' : 'no'} onChange={(word) => onChange(word === 'yes')} />
    );
  }
  return (
    <label className={optionsStyles.check}>
      <input type="checkbox" checked={Boolean(value)} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}
