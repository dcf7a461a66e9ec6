// Workers of a queue as processes of their own, for tests that kill them.
import { type ChildProcess, spawn } from 'node:child_process';

export interface WorkerProcess {
  readonly name: string;
  readonly child: ChildProcess;
  /** All that it printed. */
  printed(): string;
  /** Resolves when it has printed this. */
  until(what: RegExp): Promise<void>;
  /** Ends it as Ctrl+C does; resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** Starts `worker` with a name; resolves when it waits for jobs. */
export async function startWorker(
  url: string,
  name: string,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<WorkerProcess> {
  const words = ['src/cli/main.ts', 'worker', '--backend', 'wasm', '--queue', url, '--name', name, ...more];
  const child = spawn(process.execPath, ['--import', 'tsx', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  // A test that ends early leaves none behind.
  process.once('exit', () => child.kill('SIGKILL'));
  let text = '';
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part) => {
      text += part;
      for (const hear of heard) hear();
    });
  const until = (what: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const hear = () => {
        if (!what.test(text)) return;
        heard.delete(hear);
        resolve();
      };
      heard.add(hear);
      child.once('exit', (code) => reject(new Error(`Worker ${name} ended with ${code}: ${text}`)));
      hear();
    });
  await until(/waits at/);
  return {
    name,
    child,
    printed: () => text,
    until,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode);
        child.once('exit', resolve);
        child.kill('SIGINT');
      }),
  };
}
