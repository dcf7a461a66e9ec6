import { describe, expect, it } from 'vitest';
import { nextTask, pieces } from './pieces';

/** Keeps the processor busy. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('pieces', () => {
  it('lets other tasks run before the first step and after a long one, and not in between', async () => {
    const order: string[] = [];
    const piece = pieces();
    const other = (name: string) => void nextTask().then(() => order.push(name));
    other('first task');
    await piece();
    order.push('step 1');
    other('second task');
    work(20);
    await piece();
    order.push('step 2');
    expect(order).toEqual(['first task', 'step 1', 'second task', 'step 2']);
    await Promise.all(Array.from({ length: 3 }, () => piece()));
  });
});
