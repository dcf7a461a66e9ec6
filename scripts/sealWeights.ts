// Writes version and SHA-256 of every shipped weight file into its card, which the page checks before it uses the
// weights.
// usage: tsx scripts/sealWeights.ts, after public/weights/ was changed by hand
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { sha256 } from '../src/data/sha256';
import { weightsVersion } from '../src/zoo/shipped';

const folder = new URL('../public/weights/', import.meta.url);
for (const name of readdirSync(folder).filter((file) => file.endsWith('.safetensors'))) {
  const card = new URL(name.replace('.safetensors', '.json'), folder);
  const sum = await sha256(new Uint8Array(readFileSync(new URL(name, folder))));
  const { network, dataset, sha256: before, ...rest } = JSON.parse(readFileSync(card, 'utf8'));
  const version = weightsVersion(network, dataset);
  writeFileSync(card, `${JSON.stringify({ network, dataset, ...rest, version, sha256: sum }, null, 2)}\n`);
  console.log(`${name}: ${sum}${before === sum ? '' : ' (new)'}`);
}
