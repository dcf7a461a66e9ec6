// `fewbits serve` as it is started in a terminal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Starts the command on a free port; resolves with the addresses that it prints, this machine's first. */
export async function serve(...flags: string[]): Promise<{ readonly urls: string[]; close(): Promise<void> }> {
  const words = ['--import', 'tsx', 'src/cli/main.ts', 'serve', '--port', '0', ...flags];
  const server = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  async function close(): Promise<void> {
    server.kill();
    if (server.exitCode === null) await once(server, 'close');
  }
  const urls: string[] = [];
  for await (const line of createInterface({ input: server.stdout })) {
    const [url] = /https?:\S+/.exec(line) ?? [];
    if (url === undefined) return { urls, close };
    urls.push(url);
  }
  throw new Error('fewbits serve ended before it served.');
}
