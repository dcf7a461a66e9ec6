// Firefox by Marionette, the port that it has for WebDriver: no driver of its own is needed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { CAPABILITIES, type Driven, onPath, type Params, until } from './webdriver';

type Answer = [kind: 1, id: number, error: { readonly message: string } | null, result: unknown];

/** The connection: a message is the number of its bytes, a colon, and JSON. */
function marionette(port: number) {
  const socket = connect(port, '127.0.0.1');
  const waiting = new Map<number, (answer: Answer) => void>();
  let bytes = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const start = bytes.indexOf(':') + 1;
      const end = start + Number(bytes.toString('latin1', 0, start - 1));
      if (start === 0 || bytes.length < end) return;
      const message = JSON.parse(bytes.toString('utf8', start, end));
      bytes = bytes.subarray(end);
      // The first message, a greeting, is no answer.
      if (Array.isArray(message)) waiting.get(message[1])?.(message as Answer);
    }
  });
  let last = 0;
  const send = async (name: string, params: Params) => {
    last += 1;
    const id = last;
    const message = JSON.stringify([0, id, `WebDriver:${name}`, params]);
    socket.write(`${Buffer.byteLength(message)}:${message}`);
    const [, , error, result] = await new Promise<Answer>((resolve) => waiting.set(id, resolve));
    if (error !== null) throw new Error(`${name}: ${error.message}`);
    return result;
  };
  return { send, close: () => socket.destroy() };
}

/** Starts Firefox, if there is one, with a new profile in `folder`. */
export async function openFirefox(folder: string): Promise<Driven | undefined> {
  const program = onPath('firefox-esr') ?? onPath('firefox');
  if (program === undefined) return undefined;
  const downloads = join(folder, 'downloads');
  const preferences = { 'marionette.port': 0, 'browser.download.folderList': 2, 'browser.download.dir': downloads };
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  mkdirSync(downloads);
  writeFileSync(join(folder, 'user.js'), lines.join('\n'));
  const child = spawn(program, ['--headless', '--no-remote', '--marionette', '--profile', folder], {
    stdio: 'ignore',
    env: { ...process.env, HOME: folder },
  });
  const file = join(folder, 'MarionetteActivePort');
  const port = await until('Firefox', () => existsSync(file) && Number(readFileSync(file, 'utf8')));
  const { send, close } = marionette(port);
  const session = (await send('NewSession', CAPABILITIES)) as { capabilities: { browserVersion: string } };
  return {
    version: session.capabilities.browserVersion,
    downloads,
    send: async (command, params = {}) => ((await send(command, params)) as { value?: unknown }).value,
    async close() {
      close();
      child.kill();
      await once(child, 'close');
    },
  };
}
