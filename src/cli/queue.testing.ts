// Workers of a queue as processes of their own, for tests that kill them.
import { type ChildProcess, spawn } from 'node:child_process';

/** A command line in a process of its own. */
export interface CommandProcess {
  readonly child: ChildProcess;
  /** All that it printed. */
  printed(): string;
  /** Resolves when it has printed this. */
  until(what: RegExp): Promise<void>;
  /** Ends it as Ctrl+C does; resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** A worker. */
export interface WorkerProcess extends CommandProcess {
  readonly name: string;
}

/** Starts a command line. */
export function startCommand(words: readonly string[], env: Readonly<Record<string, string>> = {}): CommandProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...words], {
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
  return {
    child,
    printed: () => text,
    until: (what) =>
      new Promise<void>((resolve, reject) => {
        const hear = () => {
          if (!what.test(text)) return;
          heard.delete(hear);
          resolve();
        };
        heard.add(hear);
        child.once('exit', (code) => reject(new Error(`${words[0]} ended with ${code}: ${text}`)));
        hear();
      }),
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode);
        child.once('exit', resolve);
        child.kill('SIGINT');
      }),
  };
}

/** Starts `worker` with a name; resolves when it waits for jobs. */
export async function startWorker(
  url: string,
  name: string,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<WorkerProcess> {
  const process = startCommand(['worker', '--backend', 'wasm', '--queue', url, '--name', name, ...more], env);
  await process.until(/waits at/);
  return { ...process, name };
}
