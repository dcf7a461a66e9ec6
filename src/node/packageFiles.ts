// The files that come with the program: weights, artwork and measured policies.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Two folders up, from src/node/ as from the built lib/node/.
const ROOT = new URL('../../', import.meta.url);

const path = (name: string) => fileURLToPath(new URL(name, ROOT));

/** The built page; exists after `npm run build` and in the installed package. */
export const SITE = path('dist/');

/** The page's files that are not built. The installed package has them in the built page only. */
export const PUBLIC = existsSync(path('public/')) ? path('public/') : SITE;
