// The engine without a page, for tests, benchmarks and long runs.
// usage: npm run headless -- evaluate|predict|sensitivity|calibrate|train|distil|export|search|proxies|reproduce --network ID --dataset ID [options]; `--help` lists them.
import { runCommand } from './commands';

process.exitCode = await runCommand(process.argv.slice(2));
