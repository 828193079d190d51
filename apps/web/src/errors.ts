// What a person can mend: a sentence that says what is wrong and what to do. Everything else is a fault of the program and
// is shown as one.

/** Its message is meant to be read by people. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** A sentence for whatever was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof UserError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  return `Something went wrong that should not: ${text}`;
}
