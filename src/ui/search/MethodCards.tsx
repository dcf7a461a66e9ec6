// The searches that there are, one card each; the chosen one says what it does and shows its options.
import type { ReactNode } from 'react';
import type { OptionFields, SearchMethodCard } from '../../engine/protocol/searching';
import { setSearchForm, setSearchOption } from '../../store/searchForm';
import { NumberField } from '../controls/NumberField';
import { Select } from '../controls/Select';
import { useDesk } from '../useDesk';
import { MethodIcon } from './MethodIcon';

/** So many options are shown at once; more are folded. */
const FEW = 3;

function Options({ card }: { readonly card: SearchMethodCard }): ReactNode {
  const given = useDesk((desk) => desk.searchForm.options[card.id]);
  const fields = Object.entries<OptionFields[string]>(card.options);
  if (fields.length === 0) return null;
  const changed = Object.keys(given ?? {}).length > 0;
  const summary = `Options (${fields.length}${changed ? ', changed' : ''})`;
  return (
    <details className="disclosure" open={fields.length <= FEW || undefined}>
      <summary>{summary}</summary>
      <div className="options">
        {fields.map(([name, field]) => {
          const value = given?.[name] ?? field.initial;
          const onChange = (next: number | string) => setSearchOption(name, next);
          if (field.kind === 'choice') {
            const options = field.choices.map((choice) => ({ value: choice, label: choice }));
            return (
              <Select key={name} label={field.label} options={options} value={String(value)} onChange={onChange} />
            );
          }
          const { min, max, integer, label } = field;
          const step = integer ? 1 : 'any';
          return <NumberField key={name} {...{ label, min, max, step, onChange }} value={Number(value)} />;
        })}
      </div>
    </details>
  );
}

/** The cards; one is chosen. */
export function MethodCards(): ReactNode {
  const cards = useDesk((desk) => desk.searchMethods);
  const chosen = useDesk((desk) => desk.searchForm.method);
  return (
    <fieldset className="methods">
      <legend>Method</legend>
      {cards.length === 0 && <p className="empty">The methods are listed as soon as the engine runs.</p>}
      {cards.map((card) => (
        <div key={card.id} className={card.id === chosen ? 'method chosen' : 'method'}>
          <label>
            <input
              type="radio"
              name="search-method"
              checked={card.id === chosen}
              onChange={() => setSearchForm({ method: card.id })}
            />
            <MethodIcon method={card.id} />
            <b>{card.label}</b> <span className="note">{card.source}</span>
          </label>
          {card.id === chosen && (
            <>
              <p>{card.explanation}</p>
              <Options card={card} />
            </>
          )}
        </div>
      ))}
    </fieldset>
  );
}
