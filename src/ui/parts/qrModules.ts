// A QR code (ISO/IEC 18004) as modules and as one path, so that it is drawn by the page and not pasted as markup.
import { encode } from 'uqr';

/** Light modules around the code, as the standard asks. */
const QUIET = 4;

/** Rows of modules, true for dark, with the quiet zone; error correction as high as the same size allows. */
export function qrModules(text: string): boolean[][] {
  return encode(text, { ecc: 'L', boostEcc: true, border: QUIET }).data;
}

/** The dark modules as an SVG path in units of modules: one rectangle for each run in a row. */
export function qrPath(modules: readonly (readonly boolean[])[]): string {
  return modules
    .flatMap((row, y) =>
      row.map((dark, x) => {
        if (!dark || row[x - 1]) return '';
        const end = row.indexOf(false, x);
        const length = (end < 0 ? row.length : end) - x;
        return `M${x} ${y}h${length}v1h-${length}z`;
      }),
    )
    .join('');
}
