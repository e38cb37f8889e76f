import { ApiError, HEADERS } from '@app/contracts';
import { header, type GatewayRequest } from '../http/request.js';

// The last one is part of the state that every message of the stream carries.
const LONGEST = 512;

/** `Stream-Seq`, if there is one. @throws ApiError */
export const streamSeqOf = (request: GatewayRequest): string | undefined => {
  const seq = header(request, HEADERS.streamSeq);
  if (seq !== undefined && seq.length > LONGEST)
    throw new ApiError('INVALID_REQUEST', `Stream-Seq must not be longer than ${String(LONGEST)} bytes`);
  return seq;
};
