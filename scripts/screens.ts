// Pictures of the page's states at many sizes, in both themes: of the built site, served from here, in Chromium.
// usage: npm run build && npm run screens -- DIR [first,train…] [1440x900,390x844…] [light,dark]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { preview } from 'vite';
import { findOrInstallChromium } from './chromium';

const SIZES = ['1920x1080', '1440x900', '1366x650', '1280x620', '1024x768', '834x1112', '390x844', '320x640'];
const THEMES = ['light', 'dark'] as const;

interface State {
  /** What follows `#v1/` in the address. */
  readonly link: string;
  /** What is done before the picture, once the network is measured. */
  act?(page: Page): Promise<void>;
}

const wide = (name: string) => async (page: Page) => page.getByRole('tab', { name }).click();

/** The states. A new one is a line. */
const STATES: Readonly<Record<string, State>> = {
  first: { link: 'resnet8/emoji10' },
  mixed: { link: 'resnet8/emoji10/w=6655555344' },
  layer: { link: 'resnet20/emoji10/w=86655555554443343336/tab=layer/layer=14' },
  activations: { link: 'resnet8/emoji10/w=4/faders=both/tab=layer/layer=3/look=activations' },
  train: {
    link: 'tiny/emoji10/w=3/tab=train',
    async act(page) {
      await page.getByRole('button', { name: 'Start training' }).click();
      await page
        .getByText(/ left$/)
        .first()
        .waitFor();
    },
  },
  search: {
    link: 'tiny/emoji10/tab=search',
    async act(page) {
      await page.getByRole('button', { name: 'Start search' }).click();
      await page.getByRole('progressbar').first().waitFor();
    },
  },
  learn: { link: 'resnet8/emoji10/tab=learn' },
  table: { link: 'resnet8/emoji10/w=4', act: wide('Table') },
  sensitivity: { link: 'resnet8/emoji10/w=4', act: wide('Sensitivity') },
};

const [dir, ...chosen] = process.argv.slice(2);
if (dir === undefined) throw new Error('Name the folder for the pictures: npm run screens -- DIR');
const words = chosen.flatMap((word) => word.split(','));
const unknown = words.filter((word) => !(word in STATES) && !/^\d+x\d+$/.test(word) && !THEMES.some((t) => t === word));
if (unknown.length > 0)
  throw new Error(
    `Unknown: ${unknown.join(', ')}. States: ${Object.keys(STATES).join(', ')}; sizes as 1440x900; light, dark.`,
  );
const orAll = (named: string[], all: readonly string[]) => (named.length > 0 ? named : all);
const states = orAll(
  words.filter((word) => word in STATES),
  Object.keys(STATES),
);
const sizes = orAll(
  words.filter((word) => /^\d+x\d+$/.test(word)),
  SIZES,
);
const themes = THEMES.filter((theme) => words.includes(theme) || !THEMES.some((one) => words.includes(one)));

mkdirSync(dir, { recursive: true });
const server = await preview({ preview: { port: 0 }, logLevel: 'error' });
const url = server.resolvedUrls?.local[0] as string;
const executablePath = findOrInstallChromium();
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ['--no-sandbox'] });
for (const name of states) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => console.log(`${name}: ${error.message}`));
  await page.goto(`${url}#v1/${STATES[name].link}`);
  await page
    .getByText(/measured, n = 2,000/)
    .first()
    .waitFor({ state: 'attached', timeout: 180_000 });
  await STATES[name].act?.(page);
  for (const size of sizes)
    for (const theme of themes) {
      const [width, height] = size.split('x').map(Number);
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme });
      // Charts follow their boxes after a frame or two.
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(dir, `${name}-${size}-${theme}.png`) });
    }
  await page.close();
  console.log(name);
}
await browser.close();
await server.close();
