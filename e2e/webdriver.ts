// Drives browsers that Playwright does not, as distributions package them, by the commands of
// https://www.w3.org/TR/webdriver2/: `firefox.ts` and `webkitGtk.ts` start them.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What is sent, by its name in Marionette, and the method and path of the same over http. */
export const COMMANDS = {
  Navigate: 'POST url',
  Refresh: 'POST refresh',
  SetWindowRect: 'POST window/rect',
  ExecuteScript: 'POST execute/sync',
  ElementClick: 'POST element/{id}/click',
  ElementClear: 'POST element/{id}/clear',
  ElementSendKeys: 'POST element/{id}/value',
  PerformActions: 'POST actions',
  TakeScreenshot: 'GET screenshot',
} as const;
export type Command = keyof typeof COMMANDS;
export type Params = Readonly<Record<string, unknown>>;

/** A browser with one empty window. */
export interface Driven {
  readonly version: string;
  /** Where it puts downloads. */
  readonly downloads: string;
  send(command: Command, params?: Params): Promise<unknown>;
  close(): Promise<void>;
}

/** A page with a certificate that nobody signed is opened; slow machines are waited for. */
export const CAPABILITIES = { acceptInsecureCerts: true, timeouts: { pageLoad: 600_000, script: 600_000 } };

/** The path of an installed program, or undefined. */
export const onPath = (program: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(existsSync);

type Maybe<T> = T | false | null | undefined;
/** What hangs ends here; a slow, busy machine does not. */
const PATIENCE_MS = 10 * 60_000;

/** Asks again until the answer is truthy; `what` is what it waits for, in words. */
export async function until<T>(what: string, ask: () => Maybe<T> | Promise<Maybe<T>>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(100)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`Waited in vain for ${what}.`);
}

/** Where the id of an element is. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
type Found = Readonly<Record<typeof ELEMENT, string>>;

/** What is looked for, by role. */
const ROLES = {
  button: 'button',
  field: 'input, select, textarea',
  link: 'a[href]',
  region: 'section',
  slider: 'input[type=range]',
  status: '[role=status], output',
  tab: '[role=tab]',
};
type Role = keyof typeof ROLES;

/** In the page: the first element on show of a selector whose name matches: its label, or else its text. */
const FIND = `
  const nameOf = (element) =>
    element.getAttribute('aria-label')
    ?? document.getElementById(element.getAttribute('aria-labelledby'))?.innerText
    ?? element.labels?.[0]?.innerText
    ?? element.innerText;
  const find = (selector, source) => [...document.querySelectorAll(selector)].find((element) =>
    element.checkVisibility() && new RegExp(source).test(nameOf(element).trim()));`;

interface Point {
  readonly x: number;
  readonly y: number;
}
const rounded = ({ x, y }: Point) => ({ x: Math.round(x), y: Math.round(y) });

/** A page, much as Playwright has it. */
export function pageOf({ send }: Driven) {
  /** Runs the body of a function in the page. */
  const evaluate = (script: string, ...args: unknown[]) => send('ExecuteScript', { script, args });
  /** Waits for the element of a role and name. */
  const find = (role: Role, name: RegExp) =>
    until(
      `${role} ${name}`,
      () => evaluate(`${FIND} return find(...arguments);`, ROLES[role], name.source) as Promise<Found>,
    );
  const idOf = async (role: Role, name: RegExp) => ({ id: (await find(role, name))[ELEMENT] });
  return {
    evaluate,
    find,
    goto: (url: string) => send('Navigate', { url }),
    reload: () => send('Refresh'),
    resize: (width: number, height: number) => send('SetWindowRect', { width, height }),
    click: async (role: Role, name: RegExp) => send('ElementClick', await idOf(role, name)),
    async fill(name: RegExp, text: string) {
      const id = await idOf('field', name);
      await send('ElementClear', id);
      await send('ElementSendKeys', { ...id, text });
    },
    /** Presses the mouse at a point of the window, moves it and lets go. */
    drag: (from: Point, to: Point) =>
      send('PerformActions', {
        actions: [
          {
            type: 'pointer',
            id: 'mouse',
            actions: [
              { type: 'pointerMove', ...rounded(from) },
              { type: 'pointerDown', button: 0 },
              { type: 'pointerMove', ...rounded(to), duration: 300 },
              { type: 'pointerUp', button: 0 },
            ],
          },
        ],
      }),
    /** Waits until the element of a role and name says something that matches; resolves with all that it says. */
    says: (role: Role, name: RegExp, expected: RegExp) =>
      until(`${role} ${name}: ${expected}`, async () => {
        const text = await evaluate(`${FIND} return find(...arguments)?.innerText;`, ROLES[role], name.source);
        return typeof text === 'string' && expected.test(text) && text;
      }),
    screenshot: async () => Buffer.from(String(await send('TakeScreenshot', { full: false })), 'base64'),
  };
}
