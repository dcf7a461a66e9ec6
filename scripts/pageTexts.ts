// Finds texts of the page that are not in the catalogue (src/words/), and words of the catalogue that are read at module
// level, before another language is loaded. It reads the syntax tree: what stands in markup, in an attribute or a property
// that is shown or spoken, and every string that reads like a phrase.
import { parseSync } from 'vite';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

/** Attributes and properties whose strings people read or hear. */
const SHOWN = new Set(
  'title alt label placeholder legend note hint tip text caption words summary says empty data-tip aria-label'.split(
    ' ',
  ),
)
  .add('aria-description')
  .add('aria-roledescription')
  .add('aria-valuetext');
/** Attributes and properties that hold no text whatever they look like. */
const SILENT = new Set(
  'className class style d transform viewBox id htmlFor href rel type role key stroke fill path content points icon'.split(
    ' ',
  ),
);
/** Calls whose strings are for the machine or for those who build the page. */
const CALLS =
  /^(Error|TypeError|querySelector(All)?|matches|closest|getItem|setItem|removeItem|split|join|replace|test|matchMedia|useMedia|getPropertyValue|startsWith|endsWith|includes|addEventListener|removeEventListener|classes|warn)$/;

/** Values and selectors of style sheets. */
const CSS = /\b(var|rgb|gradient)\(|px\b|\[\w+=/;

const LETTERS = /\p{L}{2,}/u;
/** Two words in a row, or one that begins like a sentence. */
const PHRASE = /\p{L}{2,}[,.:;…)]?\s+[(“"]?\p{L}{2,}|^\p{Lu}\p{Ll}+([ .:…]|$)/u;
/** Part of a template: a word with space around it. */
const PART = /(^|\s)[(“"]?\p{L}{2,}\)?[,.:;]?\s|\s\p{L}{2,}[,.:;)]?(\s|$)/u;

const nameOf = (key: unknown): string => {
  if (!isNode(key)) return '';
  return String(key.name ?? key.value ?? '');
};
const calleeOf = (callee: unknown): string =>
  isNode(callee) ? (callee.type === 'MemberExpression' ? nameOf(callee.property) : nameOf(callee)) : '';

interface Place {
  /** Of the attribute or property that the string is the value of. */
  readonly name: string;
  /** In no text: a type, an import, a comparison, the argument of a call for the machine. */
  readonly silent: boolean;
  /** Within a function, which runs after the language is chosen. */
  readonly later: boolean;
}

interface Finding {
  readonly at: number;
  readonly text: string;
}

/** One pass over a file. `texts` are those outside the catalogue, `early` the names of catalogue objects read too soon. */
function scan(path: string, source: string): { texts: Finding[]; early: Finding[] } {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const texts: Finding[] = [];
  const early: Finding[] = [];
  const catalogue = new Set<string>();
  // A function that writes numbers may be passed on, but not called.
  const writers = new Set<string>();

  function visitText(value: string, at: number, { name, silent }: Place, part: boolean): void {
    if (silent || SILENT.has(name) || CSS.test(value)) return;
    const shown = SHOWN.has(name) ? LETTERS : part ? PART : PHRASE;
    if (shown.test(value)) texts.push({ at, text: value.trim() });
  }

  function visit(node: Node, place: Place): void {
    const { type } = node;
    if (
      type.startsWith('TS') &&
      type !== 'TSAsExpression' &&
      type !== 'TSSatisfiesExpression' &&
      type !== 'TSNonNullExpression'
    )
      return;
    if (type === 'ImportDeclaration') {
      const from = String((node.source as Node).value);
      const names = /\/words\/\w+\//.test(from) ? catalogue : /\/words\/numbers$/.test(from) ? writers : undefined;
      for (const { local } of node.specifiers as { local: Node }[]) names?.add(String(local.name));
      return;
    }
    if (type.startsWith('Export') && node.source) return;
    if (type === 'JSXText') {
      if (LETTERS.test(String(node.value))) texts.push({ at: node.start, text: String(node.value).trim() });
      return;
    }
    if (type === 'Literal') {
      if (typeof node.value === 'string') visitText(node.value, node.start, place, false);
      return;
    }
    if (type === 'TemplateLiteral') {
      const quasis = node.quasis as { start: number; value: { cooked: string } }[];
      for (const { start, value } of quasis) visitText(value.cooked, start, place, quasis.length > 1);
      for (const inner of node.expressions as Node[]) visit(inner, place);
      return;
    }
    if (type === 'Identifier') {
      if (!place.later && catalogue.has(String(node.name))) early.push({ at: node.start, text: String(node.name) });
      return;
    }
    if (type === 'CallExpression' && !place.later && writers.has(calleeOf(node.callee)))
      early.push({ at: node.start, text: calleeOf(node.callee) });
    let inner = place;
    if (type === 'JSXAttribute') inner = { ...place, name: nameOf(node.name), silent: false };
    if (type === 'BinaryExpression' && /==/.test(String(node.operator))) inner = { ...place, silent: true };
    if ((type === 'CallExpression' || type === 'NewExpression') && CALLS.test(calleeOf(node.callee)))
      inner = { ...place, silent: true };
    if (/Function/.test(type)) inner = { ...place, later: true };
    if (type === 'Property' || type === 'PropertyDefinition') {
      if (node.computed) visit(node.key as Node, { ...place, silent: true });
      const value = node.value as Node | null;
      // A field of a class is set when one is made.
      if (value)
        visit(value, { ...place, name: nameOf(node.key) || place.name, later: place.later || type !== 'Property' });
      return;
    }
    for (const [field, child] of Object.entries(node)) {
      if (field === 'property' && type === 'MemberExpression' && !node.computed) continue;
      const below = type === 'SwitchCase' && field === 'test' ? { ...inner, silent: true } : inner;
      for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) visit(one, below);
    }
  }
  visit(program as unknown as Node, { name: '', silent: false, later: false });
  return { texts, early };
}

const lineOf = (source: string, at: number) => source.slice(0, at).split('\n').length;

/** Texts outside the catalogue, as `path:line: text`. */
export function strayTexts(path: string, source: string): string[] {
  return scan(path, source).texts.map(({ at, text }) => `${path}:${lineOf(source, at)}: ${text.replace(/\s+/g, ' ')}`);
}

/** Words of the catalogue that are read when the module is loaded, as `path:line: name`. */
export function earlyWords(path: string, source: string): string[] {
  return scan(path, source).early.map(({ at, text }) => `${path}:${lineOf(source, at)}: ${text}`);
}
