// Errors as plain data: what crosses from the worker to the page, and what the page keeps of one.
import type { PlainError } from './protocol/messages';

/** An error as plain data, to be posted or kept; the words of what caused it come along. */
export function toPlainError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && { cause: cause instanceof Error ? cause.message : String(cause) }),
  };
}
