// A Redis server for a test: on a free port of the loopback address, with a folder of its own, and nothing left behind.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/freePort';

const PROGRAMS = ['redis-server', 'valkey-server'] as const;

/** The program of this machine; undefined if there is none, and tests of the queue are skipped. */
export const redisProgram = PROGRAMS.find((program) => spawnSync(program, ['--version']).status === 0);

if (redisProgram === undefined)
  console.warn('Neither redis-server nor valkey-server is installed: the tests of the queue are skipped.');

export interface TestRedis {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server; `more` are further arguments, e.g. `--requirepass`. */
export async function startRedis(...more: string[]): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'fewbits-redis-'));
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--daemonize', 'no'];
  const child: ChildProcess = spawn(redisProgram as string, [...args, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // A test that ends early leaves none behind.
  process.once('exit', () => child.kill('SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (text) => /ready to accept connections/i.test(String(text)) && resolve());
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
  });
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { port, url: `redis://127.0.0.1:${port}`, stop };
}
