// What the page promises besides response times: how good its estimates are, how many clicks its main acts take, and that
// colors which tell things apart do so for every kind of color vision.
import { readFileSync } from 'node:fs';
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { decode } from 'fast-png';
import { spearman } from '../../src/math/statistics';
import { createEstimator } from '../../src/optim/surrogate';
import { readShipped } from '../../src/store/state/shipped';
import { type NetworkId, networks } from '../../src/zoo/registry';

interface EstimateQuality {
  readonly configs: number;
  /** Spearman's correlation of estimated and measured accuracy, each estimated without its own measurement. */
  readonly rho: number;
  /** Median absolute error in points. */
  readonly error: number;
}

/** The estimates of the configs that are shipped for a network on Emoji-10, each without its own measurement. */
export function estimateQuality(network: NetworkId): EstimateQuality {
  const file = JSON.parse(readFileSync(`public/precomputed/${network}-emoji10.json`, 'utf8'));
  const { sensitivity, cloud } = readShipped(file, networks[network].build([32, 32, 3], 10));
  const measured = cloud.map(({ policy, accuracy, loss }) => ({ policy, loss, accuracy: accuracy.value }));
  const pairs = measured
    .map((point) => {
      const others = measured.filter((other) => other !== point);
      return {
        estimate: createEstimator(sensitivity, others).estimate(point.policy).accuracy,
        measured: point.accuracy,
      };
    })
    .filter(({ estimate }) => Number.isFinite(estimate));
  const errors = pairs.map((pair) => 100 * Math.abs(pair.estimate - pair.measured)).sort((a, b) => a - b);
  return {
    configs: pairs.length,
    rho: spearman(
      pairs.map(({ estimate }) => estimate),
      pairs.map((pair) => pair.measured),
    ),
    error: errors[errors.length >> 1],
  };
}

/** Clicks of an act, and milliseconds from the last of them to its result. */
interface Act {
  readonly what: string;
  readonly clicks: number;
  readonly time: number;
}

async function act(what: string, clicks: readonly Locator[], result: () => Promise<unknown>): Promise<Act> {
  for (const locator of clicks.slice(0, -1)) await locator.click();
  const last = clicks[clicks.length - 1];
  await last.waitFor();
  const started = performance.now();
  await last.click();
  await result();
  return { what, clicks: clicks.length, time: performance.now() - started };
}

/** A search from a page just opened, its config on the faders, and their link on the clipboard. */
export async function mainActs(context: BrowserContext, url: string): Promise<Act[]> {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  await page.goto(`${url}#v1/tiny/emoji10`);
  const run = page.getByRole('list', { name: 'Runs' }).getByRole('listitem').first();
  const tab = page.getByRole('tablist', { name: 'Panels' }).getByRole('tab', { name: 'Search' });
  const start = page.getByRole('button', { name: 'Start search' });
  const acts = [await act('an opened page to a running search', [tab, start], () => run.waitFor())];
  await run.getByText('done').waitFor({ timeout: 300_000 });
  const before = page.url();
  const load = run.getByRole('button', { name: 'Load' });
  acts.push(await act('a found config to the faders', [load], () => page.waitForURL((now) => now.href !== before)));
  const share = page.getByRole('button', { name: 'Share' });
  acts.push(
    await act('what is set to a link on the clipboard', [share], () => page.getByText('Link copied.').waitFor()),
  );
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  if (copied !== page.url()) throw new Error(`The clipboard has ${copied}, the page ${page.url()}.`);
  return acts;
}

const VISIONS = ['none', 'protanopia', 'deuteranopia', 'tritanopia', 'achromatopsia'] as const;
/** Colors that meet: harm on a layer's mass, size over the budget, a lost image's word, YOU on the front, bits of layers. */
const MEETING = [
  ['--harm-fill', '--mass'],
  ['--harm-fill', '--bits-5'],
  ['--harm-fill', '--panel'],
  ['--accent', '--ink'],
  ['--bits-2', '--bits-4'],
  ['--bits-4', '--bits-6'],
  ['--bits-6', '--bits-8'],
] as const;

const linear = (byte: number) => {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};

/** Ottosson's OKLab (2020) of 8-bit sRGB. */
function oklab([red, green, blue]: readonly number[]): readonly number[] {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

interface Vision {
  readonly vision: string;
  readonly theme: string;
  /** The two colors that are nearest to each other, and their distance in OKLab; 0.02 is just seen side by side. */
  readonly pair: string;
  readonly distance: number;
}

/** The nearest two of the colors that meet, for each simulated vision in both themes, as Chromium draws them. */
export async function colorGaps(page: Page, url: string): Promise<Vision[]> {
  await page.goto(url);
  const names = [...new Set(MEETING.flat())];
  // Through the object model: the page's policy forbids styles in markup.
  await page.evaluate((colors) => {
    const swatches = colors.map((color, i) => {
      const swatch = document.createElement('i');
      swatch.style.cssText = `position: fixed; inset: 0 auto auto ${20 * i}px; width: 20px; height: 20px`;
      swatch.style.background = `var(${color})`;
      return swatch;
    });
    document.body.replaceChildren(...swatches);
  }, names);
  const cdp = await page.context().newCDPSession(page);
  const found: Vision[] = [];
  for (const theme of ['light', 'dark'] as const)
    for (const type of VISIONS) {
      await page.emulateMedia({ colorScheme: theme });
      await cdp.send('Emulation.setEmulatedVisionDeficiency', { type });
      const shot = await page.screenshot({ clip: { x: 0, y: 0, width: 20 * names.length, height: 20 } });
      const { data, width, channels } = decode(shot);
      const labOf = (name: string) => {
        const at = (10 * width + names.indexOf(name as (typeof names)[number]) * 20 + 10) * channels;
        return oklab([...data.slice(at, at + 3)]);
      };
      const gaps = MEETING.map(([one, other]) => {
        const [a, b] = [labOf(one), labOf(other)];
        return { pair: `${one} ${other}`, distance: Math.hypot(...a.map((value, i) => value - b[i])) };
      });
      found.push({
        vision: type,
        theme,
        ...gaps.reduce((least, gap) => (gap.distance < least.distance ? gap : least)),
      });
    }
  await cdp.send('Emulation.setEmulatedVisionDeficiency', { type: 'none' });
  return found;
}
