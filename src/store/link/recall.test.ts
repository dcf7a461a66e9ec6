// Undo steps across a reload: another desk, whose only memory is the session storage of the tab.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fc } from '../../math/law.testing';
import { applyPreset, toggleMute } from '../policy/actions';
import { setPayingRule } from '../policy/holding';
import { toggleLocks } from '../policy/locked';
import { desk, initialDesk } from '../state/desk';
import { emptyHistory, HISTORY_LIMIT } from '../state/history';
import { undoStateOf } from '../state/step';
import { memoryStorage } from '../state/storage.testing';
import { writeLink } from './link';
import { parted, readHere } from './reading';
import { keepHistory, latestFragment, recallHistory } from './recall';
import { goToStep, listSteps, nameStep } from './steps';
import { undo } from './undo';

const rows = () => listSteps(desk.getState());

/** Leaves the page while the address is as given, and opens it again at `next`; the desk as it was left. */
function reload(left: string, next = left) {
  keepHistory([left]);
  const before = desk.getState();
  desk.setState(initialDesk(), true);
  const { state } = readHere(latestFragment(next));
  if (state) {
    const { setting, view } = parted(state, { weights: null, aside: {}, payingRule: 'leastLoss', costTable: null });
    desk.setState({ ...setting, ...view });
  }
  recallHistory();
  return before;
}

beforeEach(() => {
  vi.stubGlobal('sessionStorage', memoryStorage());
  desk.setState(initialDesk(), true);
});
afterEach(() => vi.unstubAllGlobals());

/** Changes in two branches: the second has a name and goes on. */
function work() {
  applyPreset('4');
  toggleLocks(['3b']);
  undo();
  setPayingRule('even');
  toggleMute(['1a']);
  nameStep('without 1a');
}

test('steps, branches, names and the present are there after a reload', () => {
  work();
  const listed = rows();
  const before = reload(writeLink(desk.getState()));
  expect(undoStateOf(desk.getState())).toEqual(undoStateOf(before));
  expect(rows()).toEqual(listed);
  goToStep(2);
  expect(desk.getState().searchForm.locked).toEqual(['3b']);
  expect(desk.getState().policy['3a'].weights).toBe(4);
  // And again.
  reload(writeLink(desk.getState()));
  expect(rows()).toHaveLength(listed.length);
});

test('a change just before a reload is not lost, though the address is still the one before', () => {
  const stale = writeLink(desk.getState());
  applyPreset('2');
  reload(stale);
  expect(desk.getState().policy['3b'].weights).toBe(2);
  undo();
  expect(desk.getState().policy['3b'].weights).toBe(8);
});

test('another link is opened as it is, one step after the state that was left', () => {
  work();
  const n = rows().length;
  const before = reload(writeLink(desk.getState()), 'v1/resnet20/emoji10/w=3');
  expect(desk.getState().networkId).toBe('resnet20');
  expect(rows()).toHaveLength(n + 1);
  expect(rows().at(-1)?.change).toContain('network ResNet-20');
  undo();
  expect(undoStateOf(desk.getState())).toEqual(undoStateOf(before));
});

test('of many steps, the latest and those with a name', () => {
  applyPreset('6');
  nameStep('six');
  for (let i = 0; i < HISTORY_LIMIT; i++) applyPreset(i % 2 === 0 ? '3' : '4');
  reload(writeLink(desk.getState()));
  expect(rows()).toHaveLength(50);
  expect(rows()[0]).toMatchObject({ name: 'six', change: 'start' });
});

test('without storage, and with anything else in it, the page opens as without', () => {
  work();
  keepHistory(['']);
  const text = sessionStorage.getItem('fewbits.history') as string;
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(60), fc.string(), (at, cut, put) => {
      sessionStorage.setItem('fewbits.history', text.slice(0, at) + put + text.slice(at + cut));
      desk.setState(initialDesk(), true);
      latestFragment('');
      recallHistory();
      // Whatever came back can be listed and left.
      for (const { id } of rows().slice(0, 3)) goToStep(id);
    }),
  );
  vi.stubGlobal('sessionStorage', memoryStorage(10));
  desk.setState(initialDesk(), true);
  applyPreset('4');
  reload('');
  expect(desk.getState().history).toEqual(emptyHistory());
});
