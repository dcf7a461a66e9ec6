// Parts of exported Python programs.
import { type ExportContext, facts } from '../context';

/** A text in Python. JSON's escapes are Python's, too. */
export const quoted = (text: string): string => JSON.stringify(text);

/** The facts of an export as lines for a docstring. */
export function docstring(context: ExportContext): string {
  const lines = [...facts(context)].map(([key, text]) => `${key}: ${text.replaceAll('\n', ' ')}`);
  return lines.join('\n').replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"');
}
