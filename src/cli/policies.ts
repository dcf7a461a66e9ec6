// The policies of `--policy`: by name, or from a file.
import { existsSync } from 'node:fs';
import { fieldsOf } from '../formats/import/json';
import type { Architecture } from '../graph/network';
import { type BitPolicy, checkPolicy, FLOAT, isBitWidth, PolicyError, uniformPolicy } from '../graph/policy';
import { readJson } from '../node/reading';
import { UsageError } from '../node/usageError';
import { flags } from './flags';

/** Reads one policy of `--policy`: a name or a file. */
export async function readPolicy(text: string, architecture: Architecture): Promise<BitPolicy> {
  const uniform = /^uniform:(\d+)(?:\/(\d+))?$/.exec(text);
  let policy: BitPolicy;
  if (text === 'float') policy = uniformPolicy(architecture, FLOAT, FLOAT);
  else if (uniform) {
    const weights = Number(uniform[1]);
    const activations = Number(uniform[2] ?? Math.max(2, weights));
    if (weights === 0 || !isBitWidth(weights, 'weights') || !isBitWidth(activations, 'activations'))
      throw new UsageError(`"${text}": weights take 1-8 or 32 bits, activations 2-8 or 32.`);
    policy = uniformPolicy(architecture, weights, activations);
  } else {
    if (!existsSync(text))
      throw new UsageError(`--policy "${text}" is neither float, nor uniform:W, nor a file that can be read.`);
    const content = await readJson(text);
    policy = checkContent(text, architecture, fieldsOf(content).get('layers') ?? content);
  }
  if (!flags['weights-only']) return policy;
  return Object.fromEntries(Object.entries(policy).map(([id, bits]) => [id, { ...bits, activations: FLOAT }]));
}

function checkContent(path: string, architecture: Architecture, content: unknown): BitPolicy {
  try {
    return checkPolicy(architecture, content);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new UsageError(`--policy "${path}" does not fit: ${error.message}`);
  }
}
