import { applyDecorators } from '@nestjs/common';
import { ApiParam, ApiResponse } from '@nestjs/swagger';
import { errorEntry, ErrorDto, type CatalogueCode } from '@app/contracts';

/** Parameters of an entity address, as they are in the URL. */
export const ApiAddress = (): MethodDecorator =>
  applyDecorators(ApiParam({ name: 'type', example: 'chat' }), ApiParam({ name: 'id', example: '42' }));

/** Errors of a route, one response per status. Every route may also answer 401, 413, 429, 500 and 503. */
export const ApiErrors = (...codes: readonly CatalogueCode[]): MethodDecorator => {
  const byStatus = new Map<number, Set<string>>();
  for (const code of codes) {
    const { status, wire } = errorEntry(code);
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(wire ?? code));
  }
  return applyDecorators(
    ...[...byStatus].map(([status, names]) =>
      ApiResponse({ status, type: ErrorDto, description: [...names].map((name) => `\`${name}\``).join(', ') }),
    ),
  );
};
