// Finds Chromium for the end-to-end tests: the system's, or else the one that Playwright downloaded. On Debian, as
// root, it can also install it.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { chromium } from '@playwright/test';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

const MAC_APPS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a browser, or undefined. `CHROME_PATH` takes precedence. */
export function findChromium(): string | undefined {
  const asked = process.env.CHROME_PATH;
  if (asked) {
    if (!isAbsolute(asked) || !isExecutable(asked)) throw new Error(`CHROME_PATH=${asked} is no executable file.`);
    return asked;
  }
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)].filter(isAbsolute);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...MAC_APPS, chromium.executablePath()].find((path) => existsSync(path) && isExecutable(path));
}

/** True where `apt-get install chromium` gives a browser: on Debian, as root. (Ubuntu's package is a stub for snap.) */
function mayInstall(): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get') || !existsSync('/etc/os-release')) return false;
  return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Finds a browser, or installs Debian's where possible. Undefined if there is none. */
export function findOrInstallChromium(): string | undefined {
  const found = findChromium();
  if (found !== undefined || !mayInstall()) return found;
  console.log('No Chromium found: installing the package "chromium".');
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-q', '-y', ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  apt('update');
  apt('install', '--no-install-recommends', 'chromium');
  return findChromium();
}
