import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiQuery } from '@nestjs/swagger';
import { PAGE } from '@app/contracts';

/** Parameters of a list that comes in pages; the next one is in the header `Link`. */
export const ApiPages = (sorts: readonly string[] = []): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: PAGE.max, default: PAGE.default },
    }),
    ApiQuery({
      name: 'cursor',
      required: false,
      schema: { type: 'string' },
      description: 'as the header `Link` of the page before gives it; to be sent with the same `sort`',
    }),
    ...(sorts.length === 0
      ? []
      : [
          ApiQuery({
            name: 'sort',
            required: false,
            schema: { type: 'string', enum: sorts.flatMap((sort) => [sort, `-${sort}`]) },
            description: '`-` in front: descending',
          }),
        ]),
  );

/** A read of everything acknowledged before, or of less: whoever knows what he wants to see need not wait for more. */
export const ApiMinPosition = (): MethodDecorator =>
  ApiHeader({
    name: 'Reveille-Min-Position',
    required: false,
    schema: { type: 'integer', minimum: 0 },
    description: 'a `Reveille-Position`: the answer includes everything up to there; absent: everything',
  });
