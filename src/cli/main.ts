#!/usr/bin/env node
// The engine without a page, for tests, benchmarks and long runs.
// usage: npm run headless -- COMMAND --network ID --dataset ID [options]; `--help` lists them.
import { runCommand } from './commands';

process.exitCode = await runCommand(process.argv.slice(2));
