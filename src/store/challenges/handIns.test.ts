import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type BitWidth, uniformPolicy } from '../../graph/policy';
import { pairedDifference, wilson } from '../../math/statistics';
import { writeLink } from '../link/link';
import { costsOf } from '../measure/costs';
import { contextOf } from '../measure/selectors';
import { desk, initialDesk } from '../state/desk';
import { loadedDesk } from '../state/desk.testing';
import { memoryStorage } from '../state/storage.testing';
import { addHandIns, linksIn, readHandIn, recallHandIns, removeHandIns, standings } from './handIns';

const challenge = { kind: 'accurate', bytes: 64 * 1024 } as const;

beforeEach(() => {
  vi.stubGlobal('localStorage', memoryStorage());
  desk.setState({ ...loadedDesk(), challenge }, true);
});
afterEach(() => {
  vi.unstubAllGlobals();
  desk.setState(initialDesk(), true);
});

/** What somebody hands in. */
function link(by: string, bits: BitWidth, change: Partial<ReturnType<typeof desk.getState>> = {}): string {
  const now = desk.getState();
  return writeLink({ ...now, policy: uniformPolicy(now.architecture, bits, 8), by, ...change });
}

/** Makes uniform weights of so many bits known to have `right` right answers of 2,000. */
function measured(bits: BitWidth, right: number): void {
  const now = desk.getState();
  const policy = uniformPolicy(now.architecture, bits, 8);
  const point = {
    policy,
    loss: 1,
    accuracy: wilson(right, 2000),
    againstFloat: pairedDifference(0, 1900 - right, 2000),
  };
  desk.setState({ measured: [...now.measured, { context: contextOf(now), ...point }] });
}

test('links are found in a chat, each once, without the signs around them', () => {
  const text = `Ada: https://a.example/fewbits/#v1/resnet8/emoji10/w=4, Bo: (http://192.168.0.7:8080/?x=1#v1/tiny/emoji10/by=Bo)
    "v1/resnet8/emoji10/w=4" and #v1/resnet8/emoji10/w=4. No link: /v1/x is in a path`;
  expect(linksIn(text)).toEqual(['v1/resnet8/emoji10/w=4', 'v1/tiny/emoji10/by=Bo']);
});

test('a name comes through a link and a chat whole', () => {
  for (const by of ['Ada Lovelace', "D'Arcy (2).", 'Jürgen/Änne #1', '100% 🙂, "so"'])
    expect(readHandIn(linksIn(`see #${link(by, 4)}, ok`)[0], desk.getState())).toMatchObject({ by });
});

test('what is for another network, other images, or another challenge is refused, and says why', () => {
  const fault = (text: string) => readHandIn(text, desk.getState()).fault;
  expect(fault(link('Ada', 4))).toBeUndefined();
  expect(fault(link('Ada', 4, { challenge: null }))).toMatch(/without a challenge/);
  expect(fault(link('Ada', 4, { challenge: { kind: 'small', points: 1 } }))).toMatch(/another challenge/);
  expect(fault(link('Ada', 4, { datasetId: 'cifar10' }))).toMatch(/other images/);
  expect(fault(link('Ada', 4).replace('resnet8', 'resnet20'))).toMatch(/other network|another network/);
  expect(fault(link('Ada', 4).replace('w=4', 'w=9'))).toMatch(/w=9/);
  expect(fault('v9/resnet8')).toMatch(/v9/);
});

test('the best of each person is ranked; what is too large or refused has no place', () => {
  desk.setState({
    handIns: [link('Ada', 3), link('Bo', 4), link('ada', 2), link('Cy', 8), link('Di', 5, { challenge: null })],
  });
  measured(3, 1850);
  measured(4, 1880);
  measured(2, 1500);
  const rows = standings(desk.getState());
  expect(rows.map(({ by, rank }) => [by, rank])).toEqual([
    ['Bo', 1],
    ['Ada', 2],
    ['ada', undefined],
    ['Cy', undefined],
    ['Di', undefined],
  ]);
  const { architecture, scheme } = desk.getState();
  expect(rows[0].bytes).toBe(costsOf(architecture, uniformPolicy(architecture, 4, 8), scheme).memory);
  expect(rows[0].lost).toBeCloseTo(1, 9);
  expect(rows[3]).toMatchObject({ met: false });
  expect(rows[3].accuracy).toBeUndefined();
});

test('hand-ins are kept for the next visit, counted once, and can be taken away', () => {
  expect(addHandIns([`${link('Ada', 4)} ${link('Bo', 3)}`, 'nothing'])).toEqual({ found: 2, added: 2 });
  expect(addHandIns([link('Ada', 4)])).toEqual({ found: 1, added: 0 });
  desk.setState({ handIns: [] });
  recallHandIns();
  expect(desk.getState().handIns).toHaveLength(2);
  removeHandIns([link('Ada', 4)]);
  expect(standings(desk.getState()).map(({ by }) => by)).toEqual(['Bo']);
  localStorage.setItem('fewbits.hand-ins', '{"not": "a list"}');
  recallHandIns();
  expect(desk.getState().handIns).toHaveLength(1);
});

test('hand-ins added before the network is here are measured once it is', () => {
  const text = link('Ada', 4);
  const { network } = desk.getState();
  desk.setState({ network: null });
  addHandIns([text]);
  expect(desk.getState().seriesLeft).toBe(0);
  const counts = { train: 5000, validation: 1000, test: 2000 };
  desk.setState({ network, dataset: { id: 'emoji10', label: 'Emoji-10', classes: [], notes: [], ...counts } });
  expect(desk.getState().seriesLeft).toBe(1);
});
