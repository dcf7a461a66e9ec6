import { describe, expect, it } from 'vitest';
import { emptyHistory, HISTORY_LIMIT, remember, stepBack, stepForward } from './history';

describe('history', () => {
  it('goes back and forward over the same states', () => {
    let history = remember(remember(emptyHistory<string>(), 'a'), 'b');
    const back = stepBack(history, 'c');
    expect(back?.present).toBe('b');
    history = (back as NonNullable<typeof back>).history;
    expect(stepForward(history, 'b')?.present).toBe('c');
    expect(stepForward(history, 'b')?.history).toEqual({ past: ['a', 'b'], future: [] });
  });
  it('drops redo steps at a new step, and stops at both ends', () => {
    const back = stepBack(remember(emptyHistory<string>(), 'a'), 'b');
    expect(remember((back as NonNullable<typeof back>).history, 'a').future).toEqual([]);
    expect(stepBack(emptyHistory(), 'a')).toBeUndefined();
    expect(stepForward(emptyHistory(), 'a')).toBeUndefined();
  });
  it('keeps a limited number of steps', () => {
    let history = emptyHistory<number>();
    for (let i = 0; i < HISTORY_LIMIT + 5; i++) history = remember(history, i);
    expect(history.past.length).toBe(HISTORY_LIMIT);
    expect(history.past[0]).toBe(5);
  });
});
