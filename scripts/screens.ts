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

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name }).filter({ visible: true }).first();
const press = (name: string | RegExp) => async (page: Page) => button(page, name).click();
const wide = (name: string) => async (page: Page) => page.getByRole('tab', { name, exact: true }).click();
const key = (keys: string) => async (page: Page) => page.keyboard.press(keys);

/** Runs the search of the form to its end, or only until it has measured something. */
const search = (until: 'done' | 'running') => async (page: Page) => {
  await button(page, 'Start search').click();
  const run = page.getByRole('list', { name: 'Runs' }).getByRole('listitem').first();
  await run.getByText(until === 'done' ? 'done' : /[1-9]\d* measured/).waitFor();
};

/** Two searches, one after the other, compared. */
async function compare(page: Page): Promise<void> {
  await search('done')(page);
  await page.getByRole('radio', { name: 'Hessian' }).check();
  await search('done')(page);
  for (const run of await page.getByRole('checkbox', { name: /^Compare / }).all()) await run.check();
  await wide('Compare')(page);
}

/** Scrolls a region of a panel to its top. */
const region = (name: string) => async (page: Page) =>
  page.getByRole('region', { name, exact: true }).evaluate((found) => found.scrollIntoView({ block: 'start' }));

/** Goes so many steps further in the open lesson. */
const further = (steps: number) => async (page: Page) => {
  for (let step = 0; step < steps; step++) {
    const buttons = page.getByRole('region', { name: /^Lesson: / }).getByRole('button', { disabled: false });
    await buttons.filter({ hasText: /^(Continue|Lock my guess)$/ }).click();
  }
};

/** The states. A new one is a line. */
const STATES: Readonly<Record<string, State>> = {
  first: { link: 'resnet8/emoji10' },
  hint: {
    link: 'resnet8/emoji10',
    act: (page) => page.getByRole('slider', { name: '3b weight bits', exact: true }).press('4'),
  },
  mixed: { link: 'resnet8/emoji10/w=6655555344/fits=64KB' },
  teach: { link: 'resnet8/emoji10/tab=learn', act: press('For teachers') },
  challenge: { link: 'tiny/emoji10/w=5/tab=learn/challenge=accurate:32KB', act: region('Challenges') },
  ranking: {
    link: 'tiny/emoji10/w=5/tab=plot/challenge=accurate:32KB',
    async act(page) {
      const handIn = (name: string, bits: string) => `v1/tiny/emoji10/w=${bits}/challenge=accurate:32KB/by=${name}`;
      await page.evaluate(
        (links) => localStorage.setItem('fewbits.hand-ins', JSON.stringify(links)),
        [handIn('Ada', '5'), handIn('Bo', '44566'), handIn('Eve', '8'), 'v1/tiny/emoji10/w=4/by=Flo'],
      );
      await page.reload();
      await wide('Ranking')(page);
      await page.getByRole('button', { name: 'Measure', exact: true }).click();
      await page.getByText('Ada leads.').waitFor({ timeout: 180_000 });
    },
  },
  held: { link: 'resnet8/emoji10/w=6655555344/fits=48KB-hold' },
  board: { link: 'resnet8/emoji10/w=6655444355/board=nucleo-l4r5zi,64KB,52KB,any' },
  boards: { link: 'resnet8/emoji10/board=esp32-s3,any,any,any', act: press('ESP32-S3') },
  many: { link: 'vgg-small/emoji10/w=4' },
  float: { link: 'tiny/emoji10/w=f' },
  zoomed: {
    link: 'resnet8/emoji10/w=6655555344/tab=plot',
    async act(page) {
      await page.getByRole('application').focus();
      for (const keys of ['Home', 'p', 'ArrowRight', 'ArrowUp', 'p', '+', '+']) await page.keyboard.press(keys);
    },
  },
  layer: { link: 'resnet20/emoji10/w=86655555554443343336/tab=layer/layer=14' },
  activations: { link: 'resnet8/emoji10/w=4/faders=both/tab=layer/layer=3/look=activations' },
  pins: {
    link: 'resnet8/emoji10/w=4/tab=images',
    async act(page) {
      await button(page, 'Pin').click();
      await page.getByRole('slider', { name: 'stem weight bits', exact: true }).press('3');
      await page
        .getByText(/measured, n = 2,000/)
        .first()
        .waitFor({ state: 'attached' });
      await region('Pins')(page);
    },
  },
  confusion: { link: 'resnet8/emoji10/w=3/tab=images', act: region('Confusion') },
  picture: {
    link: 'resnet8/emoji10/w=3/tab=images',
    async act(page) {
      const own = page.getByRole('region', { name: 'Your own picture' });
      await own.locator('input[type=file]').setInputFiles('docs/screenshot.png');
      await own.getByRole('status').waitFor();
      await region('Your own picture')(page);
    },
  },
  options: { link: 'tiny/emoji10/w=3/tab=train' },
  train: {
    link: 'resnet8/emoji10/w=3/tab=train/epochs=20',
    async act(page) {
      await button(page, 'Start training').click();
      await page
        .getByText(/validation \d/)
        .first()
        .waitFor();
    },
  },
  trained: {
    link: 'tiny/emoji10/w=3/tab=train/epochs=2/drawn=1000',
    async act(page) {
      await button(page, 'Start training').click();
      await page.getByText('Finished').first().waitFor();
    },
  },
  form: { link: 'tiny/emoji10/tab=search', act: async (page) => page.getByText('Further settings').click() },
  search: { link: 'resnet20/emoji10/tab=search', act: search('running') },
  searched: { link: 'tiny/emoji10/tab=search', act: search('done') },
  compare: { link: 'tiny/emoji10/tab=search', act: compare },
  inside: {
    link: 'tiny/emoji10/tab=search/method=mtgp',
    async act(page) {
      await search('done')(page);
      await wide('Inside')(page);
    },
  },
  learn: { link: 'resnet8/emoji10/tab=learn' },
  lesson: { link: 'tiny/emoji10/tab=learn/lesson=bit' },
  predict: { link: 'resnet8/emoji10/tab=learn/lesson=layers', act: further(1) },
  reveal: { link: 'resnet8/emoji10/tab=learn/lesson=layers', act: further(2) },
  task: { link: 'tiny/emoji10/tab=learn/lesson=bit', act: further(3) },
  lessonBar: {
    link: 'tiny/emoji10/tab=learn/lesson=bit',
    async act(page) {
      await further(3)(page);
      await page.getByRole('tab', { name: 'Layer' }).click();
    },
  },
  table: { link: 'resnet8/emoji10/w=4/tab=plot', act: wide('Table') },
  sensitivity: { link: 'resnet8/emoji10/w=4/tab=plot', act: wide('Sensitivity') },
  rounding: { link: 'resnet8/emoji10/w=4', act: press(/^Rounding/) },
  improve: { link: 'resnet8/emoji10/w=4', act: press(/^Improve/) },
  presets: { link: 'resnet8/emoji10/w=4', act: press('Presets') },
  images: { link: 'resnet8/emoji10/w=4', act: press(/^Images/) },
  share: { link: 'resnet8/emoji10/w=4', act: press('Share') },
  export: {
    link: 'resnet8/emoji10/w=4',
    async act(page) {
      await button(page, 'Export').click();
      await page.getByRole('dialog').getByRole('link').nth(5).waitFor();
    },
  },
  import: {
    link: 'resnet8/emoji10/w=4',
    act: async (page) => void (await page.getByLabel('Network').selectOption('bring')),
  },
  card: {
    link: 'resnet8/emoji10/w=4',
    async act(page) {
      await page.getByLabel('Network').selectOption('bring');
      const files = page.getByRole('dialog').locator('input[type=file]').first();
      await files.setInputFiles('public/weights/tiny-emoji10.safetensors');
      await page.getByRole('dialog').getByRole('button', { name: 'Use this network' }).waitFor();
    },
  },
  history: {
    link: 'resnet8/emoji10/w=4',
    async act(page) {
      for (const bits of ['3', '2', '5'])
        await page.getByRole('slider', { name: '3b weight bits', exact: true }).press(bits);
      await button(page, 'History').click();
    },
  },
  help: { link: 'resnet8/emoji10/w=4', act: key('?') },
  commands: { link: 'resnet8/emoji10/w=4', act: key('Control+k') },
  projected: {
    link: 'tiny/emoji10/w=5/view=projector/tab=plot/challenge=accurate:32KB',
    async act(page) {
      const handIn = (name: string, bits: string) => `v1/tiny/emoji10/w=${bits}/challenge=accurate:32KB/by=${name}`;
      await page.evaluate(
        (links) => localStorage.setItem('fewbits.hand-ins', JSON.stringify(links)),
        [handIn('Ada', '5'), handIn('Bo', '44566'), handIn('Eve', '8')],
      );
      await page.reload();
      await wide('Ranking')(page);
    },
  },
  hidden: { link: 'resnet8/emoji10/w=4/hide=train,search,import,export/fix=7' },
  present: { link: 'resnet8/emoji10/w=6655555344/fits=64KB', act: key('Shift+F') },
  notices: { link: 'resnet8/emoji10/w=99/axis=no/tab=images' },
  failed: {
    link: 'tiny/emoji10/w=4',
    async act(page) {
      await page.workers()[0].evaluate(() => {
        const error = { name: 'Error', message: 'The graphics device was lost.' };
        self.postMessage({ id: -1, kind: 'fault', error });
      });
      await button(page, 'Restart engine').waitFor();
    },
  },
};

/** What must be at no size: pages that scroll sideways, desks that scroll at all, small type, cut faders. */
async function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    const found = scrollWidth > innerWidth ? [`scrolls sideways by ${scrollWidth - innerWidth}`] : [];
    if (innerWidth >= 768 && innerHeight >= 600 && scrollHeight > innerHeight) found.push('the page scrolls');
    for (const element of document.querySelectorAll('body *')) {
      const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      const size = Number.parseFloat(getComputedStyle(element).fontSize);
      if (text && size < 12 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        found.push(`${size} px: ${element.textContent?.slice(0, 40)}`);
    }
    const rack = document.querySelector('[data-rack]');
    const room = rack?.closest('section')?.parentElement?.getBoundingClientRect().bottom ?? 0;
    if (rack && innerWidth >= 768 && rack.getBoundingClientRect().bottom > Math.min(room, innerHeight))
      found.push('the rack is cut');
    return [...new Set(found)].slice(0, 5);
  });
}

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
  page.setDefaultTimeout(180_000);
  page.on('pageerror', (error) => console.log(`${name}: ${error.message}`));
  await page.goto(`${url}#v1/${STATES[name].link}`);
  try {
    await page
      .getByText(/measured, n = 2,000/)
      .first()
      .waitFor({ state: 'attached' });
    await STATES[name].act?.(page);
  } catch (error) {
    // The other states are worth their pictures.
    console.log(`${name}: ${error}`);
    process.exitCode = 1;
  }
  for (const size of sizes)
    for (const theme of themes) {
      const [width, height] = size.split('x').map(Number);
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme });
      // Charts follow their boxes after a frame or two.
      await page.waitForTimeout(400);
      for (const fault of await faults(page)) console.log(`${name} ${size} ${theme}: ${fault}`);
      await page.screenshot({ path: join(dir, `${name}-${size}-${theme}.png`) });
    }
  await page.close();
  console.log(name);
}
await browser.close();
await server.close();
