// Locates where a text stops being JSON, worded for a person with an editor, because engines word it differently or not
// at all. Reference: RFC 8259.

/** Characters of the wrong text to show. */
const SHOWN = 20;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;

type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end' | 'nothing';

class Fault {
  constructor(
    readonly at: number,
    readonly what: string,
  ) {}
}

/** The end of a sticky pattern's match at a position. */
function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** The end of the string that begins at `at`. */
function afterString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i];
    if (char === '"') return i + 1;
    if (char < ' ') throw new Fault(i, 'a text in quotes is not closed before a line break or control character');
    if (char !== '\\') continue;
    if (!/^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(text.slice(i + 1, i + 6)))
      throw new Fault(i, 'no character is escaped so');
    i++;
  }
  throw new Fault(text.length, 'the text ends within quotes');
}

function afterScalar(text: string, at: number): number {
  if (text[at] === '"') return afterString(text, at);
  const word = ['true', 'false', 'null'].find((name) => text.startsWith(name, at));
  return word === undefined ? after(NUMBER, text, at) : at + word.length;
}

/** @throws Fault at the first wrong position. */
function check(text: string): void {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const wrong = () => {
    const close = open.at(-1) === '{' ? '"}"' : '"]"';
    const words: Record<Expected, string> = {
      value: 'a value',
      'value or end': `a value or ${close}`,
      name: 'a name in double quotes',
      'name or end': `a name in double quotes or ${close}`,
      colon: 'a colon',
      'comma or end': `a comma or ${close}`,
      nothing: 'the end',
    };
    const found = /^(?:[\w.+-]+|[\s\S]?)/u.exec(text.slice(at, at + SHOWN))?.[0];
    return new Fault(
      at,
      `${words[expected]} should stand ${found ? `where "${found}" stands` : 'where the text ends'}`,
    );
  };
  const next = (): Expected => (open.length > 0 ? 'comma or end' : 'nothing');
  for (;;) {
    at = after(SPACE, text, at);
    const char = text[at];
    if (char === undefined && expected === 'nothing') return;
    if (expected === 'nothing' || char === undefined) throw wrong();
    const ends = (expected.endsWith('or end') && char === (open.at(-1) === '{' ? '}' : ']')) as boolean;
    if (ends) {
      open.pop();
      at++;
      expected = next();
    } else if (expected === 'comma or end' || expected === 'colon') {
      if (char !== (expected === 'colon' ? ':' : ',')) throw wrong();
      at++;
      expected = expected === 'comma or end' && open.at(-1) === '{' ? 'name' : 'value';
    } else if (expected.startsWith('name')) {
      if (char !== '"') throw wrong();
      at = afterString(text, at);
      expected = 'colon';
    } else if (char === '{' || char === '[') {
      open.push(char);
      at++;
      expected = char === '{' ? 'name or end' : 'value or end';
    } else {
      const end = afterScalar(text, at);
      if (end === at) throw wrong();
      at = end;
      expected = next();
    }
  }
}

/** e.g. `line 3, column 5: a comma or "}" should stand where "x" stands`; undefined for valid JSON. */
export function jsonFault(text: string): string | undefined {
  try {
    check(text);
    return undefined;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const lines = text.slice(0, fault.at).split('\n');
    return `line ${lines.length}, column ${(lines.at(-1) as string).length + 1}: ${fault.what}`;
  }
}
