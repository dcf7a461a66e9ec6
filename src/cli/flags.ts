// Parses the command line of the headless runner, with one-line errors.
import { parseArgs } from 'node:util';
import { type BitPolicy, FLOAT } from '../graph/policy';
import { UsageError } from '../node/usageError';
import { WEIGHT_RANGE } from '../options/calibration';
import type { Declared, Field, ValueOf } from '../options/fields';
import { GRANULARITY, SCHEME, scalesOf } from '../options/scheme';
import { activationQuantizerOf } from '../quant/activationRegistry';
import { parseGranularity } from '../quant/granularity';
import type { Granularity } from '../quant/quantizer';
import { activationsOf, type QuantizerId, type QuantScheme, quantizerOf, quantizers } from '../quant/registry';
import { flagTable, flagWord } from './flagTable';
import { readRequest } from './request';

/** Values of flags; a switch is true, or false with the prefix `--no-`. */
type Flags = {
  -readonly [K in keyof typeof flagTable]?: (typeof flagTable)[K] extends { readonly takes: string } ? string : boolean;
};

/** The flags and positional arguments of the current command line, set by `takeArguments`. */
export const flags: Flags = {};
export const positionals: string[] = [];

/**
 * Sets the current command line.
 * @throws UsageError for an unknown flag, a missing value, or a value for a flag without one.
 */
export function takeArguments(line: readonly string[]): void {
  let parsed = parse(line);
  if (parsed.values.request !== undefined) {
    const { command, words } = readRequest(parsed.values.request);
    const named = parsed.positionals.length === 0 && command !== undefined ? [command] : [];
    parsed = parse([...words, ...line, ...named]);
  }
  for (const name of Object.keys(flags)) delete flags[name as keyof Flags];
  Object.assign(flags, parsed.values);
  positionals.splice(0, positionals.length, ...parsed.positionals);
}

function parse(line: readonly string[]): { values: Flags; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries(flagTable).map(([name, flag]) => [
      name,
      { type: 'takes' in flag ? 'string' : 'boolean', ...(name === 'help' && { short: 'h' }) } as const,
    ]),
  );
  try {
    const { values, positionals: words } = parseArgs({
      args: [...line],
      allowPositionals: true,
      allowNegative: true,
      options,
    });
    return { values: values as Flags, positionals: words };
  } catch (error) {
    throw new UsageError(`${refusal(error as NodeJS.ErrnoException)} Try --help.`);
  }
}

/** What Node's parser says of a flag, in one short sentence. */
function refusal({ code, message }: NodeJS.ErrnoException): string {
  const [flag] = /--?[\w-]+/.exec(message) ?? [];
  if (flag === undefined) return message;
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `There is no flag ${flag}.`;
  return /does not take/.test(message)
    ? `${flag} takes no value.`
    : `${flag} needs a value; one that starts with a dash is written ${flag}=-1.`;
}

/** The value of a flag that names an entry of a table. */
export function choice<K extends string>(name: keyof Flags, table: Readonly<Record<K, unknown>>, fallback?: K): K {
  const given = (flags[name] as string | undefined) ?? fallback;
  if (given === undefined || !Object.hasOwn(table, given))
    throw new UsageError(
      `--${name} ${given === undefined ? 'is missing' : `"${given}" does not exist`}; choose one of: ${Object.keys(table).join(', ')}.`,
    );
  return given as K;
}

/** The value of a numeric flag. */
export function number(
  name: keyof Flags,
  fallback: number,
  { integer = true, min = 1, max = Number.POSITIVE_INFINITY } = {},
): number {
  const given = flags[name] as string | undefined;
  const value = given === undefined ? fallback : Number(given);
  const bounds = max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`;
  if (!(value >= min && value <= max) || (integer && given !== undefined && !Number.isInteger(value)))
    throw new UsageError(`--${name} ${given} is not ${integer ? 'a whole number' : 'a number'} ${bounds}.`);
  return value;
}

/** The value of a declared option's flag; `fallback` if absent. */
export function optionFlag<F extends Field & { readonly flag: Required<Declared>['flag'] }>(
  field: F,
  fallback: ValueOf<F>,
): ValueOf<F> {
  const name = field.flag.name as keyof Flags;
  if (flags[name] === undefined) return fallback;
  if (field.kind === 'switch') return flags[name] as ValueOf<F>;
  if (field.kind === 'number') return number(name, 0, field) as ValueOf<F>;
  const values = Object.fromEntries(field.choices.map((value) => [flagWord(field, value), value]));
  return values[choice(name, values)] as ValueOf<F>;
}

/** Turns a refusal into a usage error. */
function usage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The weight quantization scheme from the flags. */
export function readScheme(): QuantScheme {
  const quantizer = optionFlag(SCHEME.quantizer, SCHEME.quantizer.initial);
  const { granularities, halfScales, hasRange, label } = quantizerOf(quantizer);
  const granularity = (flags[GRANULARITY.flag.name] ??
    (granularities[0] === 'block' ? 'block:32' : 'channel')) as Granularity;
  const { kind } = usage(() => parseGranularity(granularity));
  if (!granularities.includes(kind))
    throw new UsageError(`${label} does not work per ${kind}; choose ${granularities.join(' or ')}.`);
  const range = optionFlag(WEIGHT_RANGE, WEIGHT_RANGE.initial);
  if (range !== 'minMax' && range !== 'hessian' && !hasRange) {
    const others = (Object.keys(quantizers) as QuantizerId[]).filter((id) => quantizerOf(id).hasRange);
    throw new UsageError(`--range ${range} is for ${others.join(' and ')}; ${label} has its own.`);
  }
  const scales = scalesOf(optionFlag(SCHEME.scaleBits, SCHEME.scaleBits.initial));
  if (scales.scaleBits && !halfScales) throw new UsageError(`${label} keeps 32-bit scales only.`);
  const activations = optionFlag(SCHEME.activations, quantizerOf(quantizer).activations);
  return {
    quantizer,
    granularity,
    ...(activations !== 'uniform' && { activations }),
    ...(range !== 'minMax' && { range }),
    ...scales,
  };
}

/** The activation quantizer in words, if a policy rounds activations with one other than uniform; otherwise empty. */
export function activationWords(scheme: QuantScheme, policy: BitPolicy): string {
  const id = activationsOf(scheme);
  const rounds = Object.values(policy).some(({ activations }) => activations !== FLOAT);
  return id === 'uniform' || !rounds ? '' : `, ${activationQuantizerOf(id).label} activations`;
}
