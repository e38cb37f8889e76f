/** Ends a switch over a union of ours: a forgotten case does not compile. */
export const assertNever = (value: never): never => {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
};
