import { ApiError, HEADERS } from '@app/contracts';
import { parseProducer, type Producer } from '@app/domain';
import { header, type GatewayRequest } from '../http/request.js';

/** The idempotent producer who sends, if one says so. @throws ApiError */
export const producerOf = (request: GatewayRequest): Producer | undefined => {
  const parsed = parseProducer({
    id: header(request, HEADERS.producerId),
    epoch: header(request, HEADERS.producerEpoch),
    seq: header(request, HEADERS.producerSeq),
  });
  if (parsed.kind === 'malformed') throw new ApiError('INVALID_REQUEST', parsed.message);
  return parsed.kind === 'producer' ? parsed.producer : undefined;
};
