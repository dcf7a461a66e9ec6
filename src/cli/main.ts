#!/usr/bin/env node
// The engine without a page, for tests, benchmarks and long runs.
// usage: npm run headless -- COMMAND --network ID --dataset ID [options]; `--help` lists them.
import { runCommand } from './commands';

/** Milliseconds after which a finished process ends, even if a connection to a server that went away is still open. */
const LINGER_MS = 3000;

process.exitCode = await runCommand(process.argv.slice(2));
setTimeout(() => process.exit(), LINGER_MS).unref();
