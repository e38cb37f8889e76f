/**
 * The `format`s that schemas may use, as regular expressions without nested repetition: they are run on what strangers
 * send. A format that is not here is refused at registration, rather than silently accepting everything.
 */
const DATE = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;
const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;

const isUri = (text: string): boolean => /^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>"{}|\\^`]+$/.test(text);

const isRegex = (text: string): boolean => {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
};

export const FORMATS: Readonly<Record<string, RegExp | ((text: string) => boolean)>> = {
  date: new RegExp(`^${DATE}$`),
  time: new RegExp(`^${TIME}$`),
  'date-time': new RegExp(`^${DATE}[Tt ]${TIME}$`),
  duration: /^P(?=[\dT])(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/,
  email: /^[^\s@"(),:;<>[\\\]]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*$/,
  hostname: /^(?=.{1,253}$)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*$/,
  ipv4: new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`),
  ipv6: /^[0-9a-fA-F:.]{2,45}$/,
  uri: isUri,
  'uri-reference': /^[^\s<>"{}|\\^`]*$/,
  uuid: /^(?:urn:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  'json-pointer': /^(?:\/(?:[^~/]|~0|~1)*)*$/,
  regex: isRegex,
};
