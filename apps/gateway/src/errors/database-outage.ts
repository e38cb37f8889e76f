// Socket errors, and SQLSTATE classes 08 (connection), 57P (shutdown, starting), 57014 (took too long) and 53300 (too
// many connections).
const OUTAGE = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|ENOENT|08\w{3}|57P0\d|57014|53300)$/;
const POOL_TIMEOUT = 'timeout exceeded when trying to connect';
const CONNECTION_ENDED = 'Connection terminated';

interface Layered {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly driverError?: unknown;
}

/** Whether an error of any layer above the driver means: the database cannot be reached now. */
export const isDatabaseOutage = (error: unknown, depth = 4): boolean => {
  if (typeof error !== 'object' || error === null || depth === 0) return false;
  const { code, message, cause, driverError } = error as Layered;
  if (typeof code === 'string' && OUTAGE.test(code)) return true;
  if (typeof message === 'string' && (message.includes(POOL_TIMEOUT) || message.startsWith(CONNECTION_ENDED)))
    return true;
  return isDatabaseOutage(driverError, depth - 1) || isDatabaseOutage(cause, depth - 1);
};
