// What a person can mend: a sentence that says what is wrong and what to do. Everything else is a fault of the program and
// is shown as one.

/** Its message is meant to be read by people. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** Errors whose messages are meant to be read: the one above, and the renderer's. */
const FOR_PEOPLE: ReadonlySet<string> = new Set(['UserError', 'UnsupportedError']);

/** A sentence for whatever was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof Error && FOR_PEOPLE.has(error.name)) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  return `Something went wrong that should not: ${text}`;
}
