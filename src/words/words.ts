// The catalogue: what the page says to people, in English, one typed object per feature in en/, and the registry through
// which another language takes their place.
//
// The rules (scripts/pageTexts.ts holds them):
// - A component imports the object of its own feature, so that a panel that is loaded lazily brings its words along.
// - A text is read where it is shown, never at module level: another language is loaded after the modules.
// - A text with something in it is a function, and writes numbers by numbers.ts.
// - Names of things are fixed in en/names.ts.
//
// - Errors thrown in the rooms below the store, and the phases that searches and loading report, are English sentences of
//   theirs, which the command line prints, too. They cross the worker as text, and the page quotes them as they are.
//
// How it is said: subject first, verbs on buttons, the field's term with the plain words in a tooltip: QAT, preprocessing,
// log scale, distillation, Pareto front. "per", not "a" (bits per weight). One word for one thing: "model size" (never
// memory or file), "config" for a bit policy, "skip" for running without a layer, "Export", "precomputed" for what came
// with the page. Each number of images says of which split they are.

/** Another language: for each feature of `en/`, an object of the type of the English one. */
export type Translation = Readonly<Record<string, object>>;

const features = new Map<string, { readonly english: object; readonly spoken: object }>();
let language: { readonly locale: string; readonly translation: Translation } = { locale: 'en-US', translation: {} };

/** A catalogue of whatever language: texts of the same keys and parameters, not the very texts. */
type Said<T> = T extends string
  ? string
  : T extends (...parts: infer Parts) => string
    ? (...parts: Parts) => string
    : T extends (...parts: never[]) => unknown
      ? T
      : { readonly [Key in keyof T]: Said<T[Key]> };

/**
 * Registers the words of a feature, named as its file in `en/`. What is returned says them in the language spoken at the
 * time that it is read.
 */
export function words<T extends object>(feature: string, english: T): Said<T> {
  const spoken = { ...english, ...language.translation[feature] };
  features.set(feature, { english, spoken });
  return spoken as Said<T>;
}

/**
 * Speaks another language from now on; nothing is drawn anew, so it is called before the first render, with a translation
 * that a dynamic import has loaded. Features that are loaded later speak it too. An empty translation is English.
 */
export function speak(locale: string, translation: Translation): void {
  language = { locale, translation };
  for (const [feature, { english, spoken }] of features) Object.assign(spoken, english, translation[feature]);
}

/** How numbers and dates are written, as a BCP 47 tag, e.g. "en-US". */
export const locale = (): string => language.locale;
