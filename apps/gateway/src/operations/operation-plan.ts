import type { OperationPlan } from '@app/application';
import { ApiError, type BulkSpawnDto, type StartOperationDto } from '@app/contracts';
import { parseEntityUrl, PRINCIPAL_TYPE, type Json } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { spawnRequest } from '../entities/spawn-request.js';
import { assertStorable } from '../http/json-body.js';

type Spawns = Extract<OperationPlan, { readonly kind: 'spawn' }>['entities'];

const spawnOf = (body: BulkSpawnDto, index: number, sent: Buffer): Spawns[number] => {
  try {
    assertStorable(sent, body, ['initialMessage']);
    const { url, type } = parseEntityUrl(body.url);
    if (type === PRINCIPAL_TYPE)
      throw new ApiError('INVALID_REQUEST', 'the entity of a principal is made by the server');
    return { url, request: spawnRequest(body, { checkWake: true }) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Which of them is told, whatever the rule is.
    const details = [{ path: `/entities/${String(index)}`, message: error.message }];
    throw new ApiError('INVALID_REQUEST', `entities[${String(index)}]: ${error.message}`, details);
  }
};

/** The body of a valid form in the words of the application. @throws ApiError */
export const operationPlan = (body: StartOperationDto, sent: Buffer): OperationPlan => {
  const { kind, entities = [], filter = {}, signal, reason, payload } = body;
  if (kind === 'spawn') return { kind, entities: entities.map((entity, index) => spawnOf(entity, index, sent)) };
  if (signal === undefined) throw new ApiError('INVALID_REQUEST', 'signal says what is sent');
  const { type, status, parent, created_by: createdBy, tags } = filter;
  return {
    kind,
    filter: present({ type, status, parent, createdBy, tags: tags && Object.entries(tags) }),
    request: { signal, ...present({ reason, payload: payload as Json | undefined }) },
  };
};
