// The headless runner in the process of a test: what a command line prints, and its exit code. Starting a process a command
// would take seconds each; `main.ts` adds nothing but the exit code, and one test starts it.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { runCommand } from './commands';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line; spaces part the words of `text`, `more` are words as they are. */
export async function headless(text: string, ...more: string[]): Promise<Ran> {
  const printed = { stdout: '', stderr: '' };
  const catches = (stream: keyof typeof printed) => (line: unknown) => {
    printed[stream] += `${line}\n`;
  };
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(catches('stdout')),
    vi.spyOn(console, 'error').mockImplementation(catches('stderr')),
  ];
  try {
    const code = await runCommand([...text.split(' '), ...more]);
    return { code, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** A new empty folder. */
export const folder = (): string => mkdtempSync(join(tmpdir(), 'fewbits-'));
