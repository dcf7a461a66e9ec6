// What tables outside the catalogue call their rows: options, quantizers, networks, data sets and search methods, which the
// command line and exported files name too. The tables say it in English; another language gives its texts by the English
// ones.
import { words } from '../words';

export const declared = words('declared', {} as Readonly<Record<string, string>>);

/** A text of such a table in the language spoken. */
export const said = (english: string): string => declared[english] ?? english;
