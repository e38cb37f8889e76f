/** Turns the text of a variable into its value; throws an Error that completes "NAME …". */
export type Parser<T> = (text: string) => T;

export const text: Parser<string> = (given) => given;

export const integer =
  (least: number, most: number): Parser<number> =>
  (given) => {
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (!(value >= least && value <= most)) throw new Error(`must be a whole number from ${least} to ${most}`);
    return value;
  };

export const oneOf =
  <T extends string>(allowed: readonly T[]): Parser<T> =>
  (given) => {
    const found = allowed.find((value) => value === given);
    if (found === undefined) throw new Error(`must be one of ${allowed.join(', ')}`);
    return found;
  };

/** One address or several with commas between; the text is kept as it is but for a slash at the end. */
export const address =
  (...schemes: readonly string[]): Parser<string> =>
  (given) => {
    for (const part of given.split(',')) {
      if (!URL.canParse(part.trim()) || !schemes.includes(new URL(part.trim()).protocol.slice(0, -1))) {
        throw new Error(`must be an address that starts with ${schemes.map((s) => `${s}://`).join(' or ')}`);
      }
    }
    return given.replace(/\/$/, '');
  };

export const matching =
  (pattern: RegExp, rule: string): Parser<string> =>
  (given) => {
    if (!pattern.test(given)) throw new Error(`must be ${rule}`);
    return given;
  };

export const flag: Parser<boolean> = (given) => {
  if (given !== 'true' && given !== 'false') throw new Error('must be true or false');
  return given === 'true';
};
