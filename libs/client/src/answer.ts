/** The server refused the request; sending it again would not help. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    /** Of the table of errors; `UNKNOWN` when something on the way answered in its place. */
    readonly code: string,
    message: string,
    readonly details?: unknown,
  ) {
    super(`${String(status)} ${code}: ${message}`);
  }
}

/** What openapi-fetch resolves to. */
export interface Answered<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

interface Envelope {
  readonly error: { readonly code: string; readonly message: string; readonly details?: unknown };
}

const isEnvelope = (body: unknown): body is Envelope =>
  typeof (body as Partial<Envelope> | undefined)?.error?.code === 'string';

const refusal = ({ status }: Response, body: unknown): ApiError => {
  if (!isEnvelope(body)) return new ApiError(status, 'UNKNOWN', String(body).slice(0, 200));
  const { code, message, details } = body.error;
  return new ApiError(status, code, message, details);
};

/** The content of an answer, undefined where it has none. @throws ApiError for a refusal */
export const answerOf = async <Data>(asked: Promise<Answered<Data>>): Promise<Data> => {
  const { data, error, response } = await asked;
  if (!response.ok) throw refusal(response, error);
  return data as Data;
};
