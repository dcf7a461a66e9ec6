import { describe, expect, it } from 'vitest';
import { fc } from '../../math/law.testing';
import {
  emptyHistory,
  goTo,
  HISTORY_LIMIT,
  type History,
  pastOf,
  remember,
  stepBack,
  stepForward,
  stepOf,
} from './history';
import { listed, named } from './historyList';

/** A desk whose state is a text. */
function deskAt(state: string) {
  const desk = {
    state,
    history: emptyHistory<string>(),
    change(to: string) {
      desk.history = remember(desk.history, desk.state);
      desk.state = to;
    },
    take(step: { present: string; history: History<string> } | undefined) {
      if (step) Object.assign(desk, { state: step.present, history: step.history });
      return step !== undefined;
    },
    undo: () => desk.take(stepBack(desk.history, desk.state)),
    redo: () => desk.take(stepForward(desk.history, desk.state)),
    go: (id: number) => desk.take(goTo(desk.history, id, desk.state)),
  };
  return desk;
}
const rows = (history: History<string>) =>
  listed(history).map(({ step, depth, onWay }) => `${'-'.repeat(depth)}${step.value ?? 'now'}${onWay ? '' : '?'}`);

describe('history', () => {
  it('goes back and forward over the same states, and stops at both ends', () => {
    const desk = deskAt('a');
    expect([desk.undo(), desk.redo()]).toEqual([false, false]);
    desk.change('b');
    desk.change('c');
    desk.undo();
    expect(desk.state).toBe('b');
    desk.undo();
    expect([desk.state, desk.undo()]).toEqual(['a', false]);
    desk.redo();
    desk.redo();
    expect([desk.state, desk.redo()]).toEqual(['c', false]);
    expect(pastOf(desk.history)).toEqual(['a', 'b']);
  });

  it('keeps the branch left behind, and leads back to it', () => {
    const desk = deskAt('a');
    desk.change('b');
    desk.change('c');
    desk.undo();
    desk.undo();
    desk.change('d');
    expect(rows(desk.history)).toEqual(['a', '-b?', '-c?', 'now']);
    desk.go(2);
    expect(desk.state).toBe('c');
    expect(pastOf(desk.history)).toEqual(['a', 'b']);
    // Redo follows the way taken last.
    desk.undo();
    desk.undo();
    desk.redo();
    expect(desk.state).toBe('b');
    expect(rows(desk.history)).toEqual(['a', '-now', '-c', 'd?']);
  });

  it('names steps', () => {
    const desk = deskAt('a');
    desk.change('b');
    desk.history = named(desk.history, 1, 'small');
    expect(stepOf(desk.history, 1)?.name).toBe('small');
    expect(stepOf(named(desk.history, 1, ''), 1)).not.toHaveProperty('name');
  });

  it('keeps a limited number of steps, all of those with a name, and a way to each', () => {
    const desk = deskAt('0');
    for (let i = 1; i < 10; i++) desk.change(String(i));
    desk.history = named(desk.history, 3, 'kept');
    for (let i = 10; i < HISTORY_LIMIT + 10; i++) desk.change(String(i));
    expect(desk.history.steps.length).toBe(HISTORY_LIMIT);
    expect(listed(desk.history)).toHaveLength(HISTORY_LIMIT);
    expect(pastOf(desk.history).slice(0, 2)).toEqual(['3', '11']);
    desk.go(3);
    expect(desk.state).toBe('3');
    expect(desk.redo() && desk.state).toBe('11');
  });

  it('lists every step once, whatever was done, and each shows the state that it was left in', () => {
    const act = fc.oneof(
      fc.constant({ kind: 'change' as const }),
      fc.constantFrom({ kind: 'undo' as const }, { kind: 'redo' as const }),
      fc.nat(20).map((id) => ({ kind: 'go' as const, id })),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const desk = deskAt('0');
        const states = new Map([[0, '0']]);
        for (const [i, one] of acts.entries()) {
          if (one.kind === 'change') {
            desk.change(`s${i}`);
            states.set(desk.history.at, desk.state);
          } else if (one.kind === 'go') desk.go(one.id);
          else desk[one.kind]();
          expect(desk.state).toBe(states.get(desk.history.at));
        }
        const all = listed(desk.history);
        expect(all.map(({ step }) => step.id).sort((a, b) => a - b)).toEqual([...states.keys()]);
        for (const { step } of all) expect(step.value).toBe(step.id === desk.history.at ? null : states.get(step.id));
      }),
    );
  });
});
