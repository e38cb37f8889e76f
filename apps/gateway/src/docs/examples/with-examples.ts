import type { OpenAPIObject } from '@nestjs/swagger';
import { EXAMPLE_ANSWERS } from './answers.js';
import { EXAMPLE_REQUESTS, type ExampleRequest } from './requests.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;
type Contents = Readonly<Record<string, { example?: unknown }>> | undefined;

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'multipart/form-data';

const place = (contents: Contents, type: string, example: unknown): void => {
  const content = contents?.[type] ?? contents?.['*/*'];
  if (content && example !== undefined) content.example ??= example;
};

const KEPT = /^\$(\w+)$/;

/** What stands for an earlier answer, as it was answered. */
const filledIn = (body: unknown): unknown => {
  const kept = new Map(
    EXAMPLE_REQUESTS.flatMap(({ keep = {} }, at) =>
      Object.entries(keep).map(([name, member]) => {
        const answer = EXAMPLE_ANSWERS[at]?.body as Readonly<Record<string, unknown>>;
        return [name, answer[member]] as const;
      }),
    ),
  );
  return JSON.parse(JSON.stringify(body), (_key, value: unknown) => {
    const name = typeof value === 'string' ? KEPT.exec(value)?.[1] : undefined;
    return name === undefined ? value : kept.get(name);
  });
};

const withRequest = (operation: Operation, { body, form }: ExampleRequest): void => {
  const contents = operation.requestBody && 'content' in operation.requestBody && operation.requestBody.content;
  if (!contents) return;
  if (form) place(contents, FORM_TYPE, form);
  else if (body !== undefined) place(contents, JSON_TYPE, filledIn(body));
};

/** Puts in each operation a request that was sent to a server, and what it answered. Other paths of an operation have the same. */
export const withExamples = (operation: Operation): void => {
  const id = operation.operationId?.replace(/\.\d+$/, '');
  for (const [at, request] of EXAMPLE_REQUESTS.entries()) {
    const answer = EXAMPLE_ANSWERS[at];
    if (request.operation !== id || !answer) continue;
    withRequest(operation, request);
    const response = operation.responses[answer.status];
    if (response && 'content' in response) place(response.content, JSON_TYPE, answer.body);
  }
};
