// `room`: what the terminal shows is enough to open the same room again.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { takeArguments } from './flags';
import { folder } from './headless.testing';
import { startRoom } from './room';

const site = folder();
const policy = "default-src 'none'; connect-src 'self'";
writeFileSync(join(site, 'index.html'), `<meta http-equiv="Content-Security-Policy" content="${policy}" />`);

async function opened(line: string) {
  takeArguments(line.split(' '));
  const { links, key, said, close } = await startRoom(`${site}/`);
  await close();
  return { links, key, said };
}

it('opens the same room again, for the same leader, with the flags that it shows', async () => {
  const first = await opened('room --port 0');
  const [shown] = /--port \d+ --pin \d{4} --key \d{9}$/m.exec(first.said) ?? [];
  const again = await opened(`room ${shown}`);
  expect([again.links, again.key]).toEqual([first.links, first.key]);
});

it('refuses a key that can be guessed', async () => {
  await expect(opened('room --port 0 --key 1234')).rejects.toThrow('--key "1234" is no key of 9 to 20 digits.');
});
