/** Input that its giver has to change: on the command line one line of text and exit code 2. */
export class UsageError extends Error {}
