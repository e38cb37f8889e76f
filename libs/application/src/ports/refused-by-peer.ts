/** Another server, asked on behalf of a command, did not answer as it must. Not a rule of ours, hence no DomainError. */
export class RefusedByPeer extends Error {
  override readonly name = 'RefusedByPeer';

  constructor(
    readonly code: 'SERVE_ENDPOINT_UNREACHABLE' | 'SERVE_ENDPOINT_NAME_MISMATCH',
    message: string,
    readonly details?: unknown,
  ) {
    super(message);
  }
}
