// The searches that there are; the chosen one says what it does. Its options are further settings.
import type { ReactNode } from 'react';
import type { OptionFields, SearchMethodCard } from '../../engine/protocol/searching';
import { unsetValue } from '../../options/fields';
import { choosesCodes } from '../../quant/registry';
import { setSearchForm, setSearchOption } from '../../store/search/form';
import { said } from '../../words/en/declared';
import { search } from '../../words/en/search';
import { classes } from '../parts/classes';
import { OptionInput } from '../parts/OptionInput';
import optionsStyles from '../parts/options.module.css';
import { useDesk } from '../parts/useDesk';
import { MethodIcon } from '../plot/MethodIcon';
import chipsStyles from './chips.module.css';
import styles from './MethodCards.module.css';

const useChosen = (): SearchMethodCard | undefined =>
  useDesk((desk) => desk.searchMethods.find(({ id }) => id === desk.searchForm.method));

/** The options of the chosen method; nothing where it has none. */
export function MethodOptions(): ReactNode {
  const card = useChosen();
  const given = useDesk((desk) => desk.searchForm.options[desk.searchForm.method]);
  const codes = useDesk((desk) => choosesCodes(desk.scheme));
  const fields = Object.entries<OptionFields[string]>(card?.options ?? {});
  if (card === undefined || fields.length === 0) return null;
  return (
    <fieldset className={classes(optionsStyles.options, styles.options)}>
      <legend>{search.optionsOf(said(card.label))}</legend>
      {fields.map(([name, field]) => {
        const value = given?.[name] ?? unsetValue(field, given ?? {});
        const change = (next: number | string) => setSearchOption(name, next);
        return (
          <OptionInput
            key={`${card.id} ${name}`}
            field={field}
            value={value}
            unused={codes ? field.underCodes : undefined}
            onChange={change}
          />
        );
      })}
      {given?.rules === 'published' && card.differs !== undefined && (
        <p className={classes('note', optionsStyles.wholeRow)}>
          {search.differs} {said(card.differs)}
        </p>
      )}
    </fieldset>
  );
}

/** The methods; one is chosen. */
export function MethodCards(): ReactNode {
  const cards = useDesk((desk) => desk.searchMethods);
  const chosen = useChosen();
  return (
    <div>
      <fieldset className={classes(chipsStyles.chips, styles.methods)}>
        <legend>{search.method}</legend>
        {cards.length === 0 && <p className="empty">{search.methodsSoon}</p>}
        {cards.map((card) => (
          <label key={card.id} data-tip={said(card.explanation)}>
            <input
              type="radio"
              name="search-method"
              checked={card === chosen}
              onChange={() => setSearchForm({ method: card.id })}
            />
            <span>
              <MethodIcon method={card.id} /> {said(card.label)}
            </span>
          </label>
        ))}
      </fieldset>
      {chosen && (
        <p className={styles.about}>
          {said(chosen.explanation)} <span className="note">{said(chosen.source)}</span>
        </p>
      )}
    </div>
  );
}
