// Makes release/ for a tag, from the page and the library as .ci/run built them: `files/` with the package, a zip of the
// site and the checksums of both, and `notes.md`. usage: npm run release -- v0.2.0
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../package.json';
import { releaseNotes, zipOf } from './build/release';

const OUT = 'release';
const files = join(OUT, 'files');

const notes = releaseNotes(readFileSync('CHANGELOG.md', 'utf8'), version, process.argv[2] ?? '');
rmSync(OUT, { recursive: true, force: true });
mkdirSync(files, { recursive: true });
writeFileSync(join(OUT, 'notes.md'), notes);
execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', files], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
writeFileSync(join(files, `fewbits-site-${version}.zip`), zipOf('dist', `fewbits-${version}`));
const sums = readdirSync(files).map(
  (name) =>
    `${createHash('sha256')
      .update(readFileSync(join(files, name)))
      .digest('hex')}  ${name}\n`,
);
writeFileSync(join(files, 'SHA256SUMS'), sums.join(''));
console.log(sums.join(''));
