// Checks method options from a link against the options that the methods have. Invalid ones are reported and ignored.
import type { OptionFields, OptionValues, SearchId, SearchMethodCard } from '../../engine/protocol/searching';
import { isWithin } from '../../options/fields';
import { said } from '../../words/en/declared';
import { linking } from '../../words/en/linking';
import { choiceInLink } from '../link/searchFields';
import { desk } from '../state/desk';
import type { LinkProblem } from '../state/link';

type OptionField = OptionFields[string];
type Options = Readonly<Partial<Record<SearchId, OptionValues>>>;

/** The value in the form that the field uses; undefined if it is not valid. */
function fitted(field: OptionField | undefined, value: number | string): number | string | undefined {
  if (field === undefined) return undefined;
  if (field.kind === 'choice')
    return field.choices.find((choice) => choiceInLink(choice) === choiceInLink(String(value)));
  const number = Number(value);
  return isWithin(field, number) ? number : undefined;
}

const wants = (field: OptionField): string =>
  field.kind === 'choice'
    ? field.choices.map(choiceInLink).join(', ')
    : linking.optionNumbers(field.integer === true, field.min, field.max);

/** The valid options, and a problem for each other one. The same object if all are valid. */
export function fitOptions(
  cards: readonly SearchMethodCard[],
  options: Options,
): { readonly options: Options; readonly problems: readonly LinkProblem[] } {
  const problems: LinkProblem[] = [];
  let isSame = true;
  const methods = Object.entries(options).map(([id, values]) => {
    const card = cards.find((one) => one.id === id);
    const entries = Object.entries(values ?? {}).flatMap(([name, value]) => {
      const field = card !== undefined && Object.hasOwn(card.options, name) ? card.options[name] : undefined;
      const valid = fitted(field, value);
      if (valid !== value) isSame = false;
      if (valid !== undefined) return [[name, valid] as const];
      const label = said(card?.label ?? id);
      problems.push({
        part: `options=${name}:${value}`,
        why: field ? linking.optionTakes(label, wants(field)) : linking.noOption(label),
        instead: linking.optionStays,
      });
      return [];
    });
    return [id, Object.fromEntries(entries)] as const;
  });
  return isSame ? { options, problems } : { options: Object.fromEntries(methods), problems };
}

/** Checks the options on the desk whenever the methods become known or a link brings others. */
export function watchOptions(): void {
  desk.subscribe((now, before) => {
    const { searchMethods, searchForm, linkProblems } = now;
    const isNews = searchMethods !== before.searchMethods || searchForm.options !== before.searchForm.options;
    if (!isNews || searchMethods.length === 0) return;
    const { options, problems } = fitOptions(searchMethods, searchForm.options);
    if (options === searchForm.options) return;
    desk.setState({ searchForm: { ...searchForm, options }, linkProblems: [...linkProblems, ...problems] });
  });
}
