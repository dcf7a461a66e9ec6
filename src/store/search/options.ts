// Options of methods that came with a link, seen against what the methods have: what does not fit is told and left out.
import type { OptionFields, OptionValues, SearchId, SearchMethodCard } from '../../engine/protocol/searching';
import { choiceInLink } from '../link/searchFields';
import { desk } from '../state/desk';
import type { LinkProblem } from '../state/link';

type OptionField = OptionFields[string];
type Options = Readonly<Partial<Record<SearchId, OptionValues>>>;

/** The value as the field has it; undefined where it has none such. */
function fitted(field: OptionField | undefined, value: number | string): number | string | undefined {
  if (field === undefined) return undefined;
  if (field.kind === 'choice')
    return field.choices.find((choice) => choiceInLink(choice) === choiceInLink(String(value)));
  const { min, max, integer } = field;
  const number = Number(value);
  return number >= min && number <= max && (!integer || Number.isInteger(number)) ? number : undefined;
}

const wants = (field: OptionField): string =>
  field.kind === 'choice'
    ? field.choices.map(choiceInLink).join(', ')
    : `${field.integer ? 'whole numbers' : 'numbers'} from ${field.min} to ${field.max}`;

/** The options that the methods have, and a problem for each other one. The same object where all fit. */
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
      const found = fitted(field, value);
      if (found !== value) isSame = false;
      if (found !== undefined) return [[name, found] as const];
      const label = card?.label ?? id;
      problems.push({
        part: `options=${name}:${value}`,
        why: field ? `${label} takes ${wants(field)} there.` : `${label} has no such option.`,
        instead: 'The option stays as it is.',
      });
      return [];
    });
    return [id, Object.fromEntries(entries)] as const;
  });
  return isSame ? { options, problems } : { options: Object.fromEntries(methods), problems };
}

/** Fits the options on the desk whenever the methods become known or a link brings others. */
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
