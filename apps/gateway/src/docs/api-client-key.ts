import { ApiHeader } from '@nestjs/swagger';
import { MAX_KEY_CHARACTERS } from '@app/contracts';

export const CLIENT_KEY = 'Idempotency-Key';

/** A command: it may be sent again under the same key. */
export const ApiClientKey = (): MethodDecorator =>
  ApiHeader({
    name: CLIENT_KEY,
    required: false,
    schema: { type: 'string', minLength: 1, maxLength: MAX_KEY_CHARACTERS },
    example: '7f3c1f0e-8d5b-4b8e-9d59-2f0d7f7c6a11',
    description: 'under the same key the request has one effect, however often it is sent',
  });
