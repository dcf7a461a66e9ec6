// The code of a known link, and its path. Other programs read it: jsQR 1.4.0 decoded these modules, and those of links of
// 30 to 1,200 characters, to the very text (November 2026).
import { expect, test } from 'vitest';
import { qrModules, qrPath } from './qrModules';

const LINK = 'https://example.org/fewbits/#v1/resnet8/emoji10/w=4';
const QUIET = 4;

test('a known link has the modules that another program reads, with four light ones around', () => {
  const modules = qrModules(LINK);
  const inner = modules.slice(QUIET, -QUIET).map((row) => row.slice(QUIET, -QUIET));
  expect(inner.map((row) => row.map((dark) => (dark ? '#' : '.')).join(''))).toEqual([
    '#######....##.##...#..#######',
    '#.....#.##.##.###.#.#.#.....#',
    '#.###.#.#.##..##.#..#.#.###.#',
    '#.###.#..#..#.#...##..#.###.#',
    '#.###.#.##.###.##.#...#.###.#',
    '#.....#.#.#.##.###.##.#.....#',
    '#######.#.#.#.#.#.#.#.#######',
    '........#.#.#...##.##........',
    '##.#..##...#.#........###.##.',
    '##..#...##..#.#.#...#.#..#..#',
    '..##.##......##.#.##...#####.',
    '#....#.##########.#..#.##.##.',
    '#.#..###..#####.##.####..#.##',
    '#....#..##...#...###.#.......',
    '...#.###..#####.##..##..#####',
    '#.#..#....##.##..#..##.#.#.#.',
    '.###.###.#......##.###.....#.',
    '..#.#..#...#.##.#.#..###.#..#',
    '#.###.##.#.......##.###.#..##',
    '..#.......##..#..###..###..##',
    '#..#.###..##.####.#.#####.#..',
    '........##..........#...#.###',
    '#######.##...#..##..#.#.#..#.',
    '#.....#..#...#.#..#.#...###.#',
    '#.###.#..#.###...##.#####...#',
    '#.###.#.#.#.##..##.####.###..',
    '#.###.#....####.#.###...###.#',
    '#.....#.#....##.#####.#....#.',
    '#######.#.###...##..#.####.#.',
  ]);
  expect(modules.flat().filter(Boolean)).toHaveLength(inner.flat().filter(Boolean).length);
  expect(modules).toHaveLength(inner.length + 2 * QUIET);
});

test('the path covers exactly the dark modules', () => {
  const modules = qrModules(LINK);
  const drawn = modules.map((row) => row.map(() => false));
  for (const [, x, y, length] of qrPath(modules).matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
    drawn[Number(y)].fill(true, Number(x), Number(x) + Number(length));
  expect(drawn).toEqual(modules);
});
