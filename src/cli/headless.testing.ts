// The headless runner within a test's process: the output of a command line, and its exit code. Starting a process per
// command would take seconds each; `main.ts` only adds the exit code, and one test starts that file.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { isTaken } from './commandFlags';
import { runCommand } from './commands';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line: `text` is split at spaces, `more` are whole arguments. One engine computes unless it asks for more. */
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
    const words = [...text.split(' '), ...more];
    const alone = isTaken('workers', words[0]) && !words.includes('--workers') ? ['--workers', '1'] : [];
    const code = await runCommand([...words, ...alone]);
    return { code, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** A new empty folder. */
export const folder = (): string => mkdtempSync(join(tmpdir(), 'fewbits-'));
