import { describe, expect, it } from 'vitest';
import { networks } from '../zoo/registry';
import { perArchitecture } from './perArchitecture';

describe('perArchitecture', () => {
  const build = () => networks.tiny.build([32, 32, 3], 10);

  it('computes once for an object, and again for another', () => {
    let calls = 0;
    const count = perArchitecture(({ nodes }) => {
      calls++;
      return nodes.length;
    });
    const [one, other] = [build(), build()];
    expect([count(one), count(one), count(other)]).toEqual([one.nodes.length, one.nodes.length, one.nodes.length]);
    expect(calls).toBe(2);
  });

  it('keeps undefined, and no error', () => {
    let calls = 0;
    const fails = perArchitecture(() => {
      calls++;
      if (calls === 1) throw new Error('first');
      return undefined;
    });
    const architecture = build();
    expect(() => fails(architecture)).toThrow('first');
    expect([fails(architecture), fails(architecture)]).toEqual([undefined, undefined]);
    expect(calls).toBe(2);
  });
});
