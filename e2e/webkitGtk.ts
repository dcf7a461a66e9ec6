// WebKitGTK's MiniBrowser by WebKitWebDriver (Debian: webkit2gtk-driver), on a screen of its own where there is none.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../scripts/freePort';
import { CAPABILITIES, COMMANDS, type Driven, onPath, type Params, until } from './webdriver';

/** Starts MiniBrowser, if there is one and a screen for it, with `folder` as its home. */
export async function openWebKit(folder: string): Promise<Driven | undefined> {
  const driver = onPath('WebKitWebDriver');
  const hasScreen = process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
  const screen = onPath('xvfb-run');
  if (driver === undefined || (!hasScreen && screen === undefined)) return undefined;
  const downloads = join(folder, 'downloads');
  mkdirSync(downloads);
  writeFileSync(join(folder, 'user-dirs.dirs'), `XDG_DOWNLOAD_DIR="${downloads}"`);
  const port = await freePort();
  const words = [...(hasScreen ? [] : [screen ?? '', '-a', '-s', '-screen 0 1600x1200x24']), driver, `--port=${port}`];
  // A group of its own: xvfb-run starts the screen, the driver starts the browser.
  const child = spawn(words[0] ?? driver, words.slice(1), {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder },
  });
  const address = `http://127.0.0.1:${port}`;
  await until('WebKitWebDriver', () =>
    fetch(`${address}/status`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
  async function request(method: string, path: string, params?: Params): Promise<unknown> {
    const body = method === 'POST' ? JSON.stringify(params) : null;
    const answer = await fetch(`${address}/session${path}`, { method, body });
    const { value } = (await answer.json()) as { value: unknown };
    if (!answer.ok) throw new Error(`${path}: ${(value as { message: string }).message}`);
    return value;
  }
  const { sessionId, capabilities } = (await request('POST', '', {
    capabilities: { alwaysMatch: CAPABILITIES },
  })) as { sessionId: string; capabilities: { browserVersion: string } };
  return {
    version: capabilities.browserVersion,
    downloads,
    send(command, params = {}) {
      const [method = '', path = ''] = COMMANDS[command].split(' ');
      return request(method, `/${sessionId}/${path.replace('{id}', String(params.id))}`, params);
    },
    async close() {
      await request('DELETE', `/${sessionId}`);
      process.kill(-(child.pid ?? 0));
      await once(child, 'close');
    },
  };
}
