// Errors as plain data: sent from the worker to the page, and stored by the page.
import type { PlainError } from './protocol/messages';

/** An error as plain data, to be posted or stored, including the message of its cause. */
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
