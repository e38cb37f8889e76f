/** Data errors, limits of the program, violated constraints: trying again gives the same answer. */
export const isAboutContent = (error: unknown): error is Error => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^(22|23|54)/.test(code) && code.length === 5;
};
