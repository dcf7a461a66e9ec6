// The fields of a link for the board: `nucleo-l4r5zi,64KB,52KB,120ms`, where `any` stands for no budget of flash, RAM or
// latency, and `+` for what parts a runtime from its board.
import { KB } from '../../graph/size';
import { linking } from '../../words/en/linking';
import type { BoardChoice } from '../state/board';
import type { Desk } from '../state/desk';
import { type Codec, type LinkField, oneOf, plain } from './codecs';

const ANY = 'any';
const written = (n: number | null, unit: string) => (n === null ? ANY : `${n}${unit}`);

/** A number with its unit; undefined for other texts. */
function read(text: string | undefined, unit: string): number | null | undefined {
  if (text === ANY) return null;
  const n = text?.endsWith(unit) ? Number(text.slice(0, -unit.length) || Number.NaN) : Number.NaN;
  return n > 0 && n <= 1e9 ? n : undefined;
}

const bytes = (kilobytes: number | null) => (kilobytes === null ? null : kilobytes * KB);

const board: Codec<BoardChoice | null> = {
  wants: () => linking.boards,
  // A quotient by 1024 is exact.
  write: (choice) =>
    choice === null
      ? 'none'
      : [
          choice.device.replace('/', '+'),
          written(choice.flash && choice.flash / KB, 'KB'),
          written(choice.ram && choice.ram / KB, 'KB'),
          written(choice.latencyMs, 'ms'),
        ].join(),
  read(text) {
    if (text === 'none') return null;
    const [id, flash, ram, latency, ...more] = text.split(',');
    const budgets = [read(flash, 'KB'), read(ram, 'KB'), read(latency, 'ms')] as const;
    if (!/^[a-z0-9-]+(\+[a-z0-9-]+)?$/.test(id) || more.length > 0) return undefined;
    const [first, second, third] = budgets;
    if (first === undefined || second === undefined || third === undefined) return undefined;
    return { device: id.replace('+', '/'), flash: bytes(first), ram: bytes(second), latencyMs: third };
  },
};

/** The board, and whose arithmetic gives the accuracy shown. */
export const boardFields: readonly LinkField[] = [
  plain(
    'board',
    () => linking.fields.board,
    board,
    (state) => state.board,
    (choice) => ({ board: choice }),
  ),
  plain(
    'as',
    () => linking.fields.as,
    oneOf<Desk['measuredAs']>(['page', 'tflm', 'litert']),
    (state) => state.measuredAs,
    (measuredAs) => ({ measuredAs }),
  ),
];
