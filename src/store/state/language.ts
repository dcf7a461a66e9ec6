// The language of the page: the first of the browser's languages that there is, unless a person has chosen. Words are loaded
// before the first picture and never change on an open page, so choosing opens the page anew; the address keeps its state.
import { speak } from '../../words/words';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = 'fewbits.language';

function chosen(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** The language of this page. */
export function language(): Language {
  const wanted = [chosen() ?? '', ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.flatMap((tag) => LANGUAGES.filter((one) => one === tag))[0] ?? 'en';
}

/** Loads and speaks the words of a language other than English. */
export async function speakGerman(): Promise<void> {
  const { translation } = await import('../../words/de/translation');
  speak('de-DE', translation);
  document.documentElement.lang = 'de';
}

/** Opens the page in another language, now and at later visits. */
export function chooseLanguage(to: Language): void {
  try {
    localStorage.setItem(KEY, to);
  } catch {
    // Without storage the browser's own list decides.
  }
  location.reload();
}
