// The architectures that weights alone are matched with, besides the zoo. To add one: an entry in a table of its family.
import type { KnownArchitecture } from './definition';
import { DENSE } from './densenet';
import { KEYWORDS } from './keywords';
import { MOBILE } from './mobile';
import { PLAIN } from './plain';
import { RESIDUAL } from './residual';

export const knownArchitectures: readonly KnownArchitecture[] = [
  ...RESIDUAL,
  ...PLAIN,
  ...MOBILE,
  ...DENSE,
  ...KEYWORDS,
];
