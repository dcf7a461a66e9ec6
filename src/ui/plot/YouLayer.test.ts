import { describe, expect, it } from 'vitest';
import { placeOfWord } from './YouLayer';

describe('the word "you"', () => {
  it('stands at the upper left when nothing is near, or only the mark that YOU stand on', () => {
    expect(placeOfWord(100, 100, []).anchor).toBe('end');
    expect(placeOfWord(100, 100, [{ x: 100, y: 100, name: '8' }])).toMatchObject({ dx: -13, dy: -9 });
  });
  it('gives way to a mark at its upper left', () => {
    expect(placeOfWord(100, 100, [{ x: 75, y: 88, name: '~6' }])).toMatchObject({ dx: 13, dy: -9 });
  });
});
