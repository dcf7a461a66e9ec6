import { describe, expect, it } from 'vitest';
import { standings, type Trial } from './standings';

const trials = (method: string, ...accuracies: number[]): Trial[] =>
  accuracies.map((accuracy, i) => ({ method, seed: i + 1, accuracy }));

describe('standings', () => {
  const found = standings(
    [...trials('uniform', 0.8, 0.81, 0.79), ...trials('good', 0.84, 0.85, 0.83), ...trials('odd', 0.9, 0.7, 0.79)],
    'uniform',
  );
  const of = (method: string) => found.find((standing) => standing.method === method);

  it('orders by mean accuracy, and tells from the reference what is apart from it under every seed', () => {
    expect(found.map(({ method }) => method)).toEqual(['good', 'uniform', 'odd']);
    expect(of('good')).toMatchObject({ seeds: 3, verdict: 'above' });
    expect(of('good')?.difference?.mean).toBeCloseTo(0.04, 12);
    expect(of('odd')).toMatchObject({ verdict: 'open' });
    expect(of('uniform')).not.toHaveProperty('difference');
  });

  it('ranks within each seed, with ties in the middle', () => {
    expect(of('good')?.rank?.mean).toBeCloseTo((2 + 1 + 1) / 3, 12);
    expect(of('odd')?.rank?.mean).toBeCloseTo((1 + 3 + 2.5) / 3, 12);
  });

  it('names what lies below, and claims nothing from one seed', () => {
    const worse = [...trials('uniform', 0.8, 0.81, 0.79), ...trials('bad', 0.7, 0.72, 0.69)];
    expect(standings(worse, 'uniform').at(-1)).toMatchObject({ method: 'bad', verdict: 'below' });
    expect(standings([...trials('uniform', 0.8), ...trials('bad', 0.2)], 'uniform')[1]).toMatchObject({
      verdict: 'open',
    });
  });

  it('ranks over the seeds that every method has', () => {
    const part = standings([...trials('uniform', 0.8, 0.8), ...trials('late', 0.9)], 'uniform');
    expect(part.map(({ rank }) => rank?.n)).toEqual([1, 1]);
    const none: Trial[] = [
      { method: 'uniform', seed: 1, accuracy: 0.8 },
      { method: 'late', seed: 2, accuracy: 0.9 },
    ];
    expect(standings(none, 'uniform').every((standing) => !('rank' in standing))).toBe(true);
  });
});
