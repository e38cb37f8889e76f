/** The condition of a client is not one we can or may evaluate; the message says why. */
export class InvalidWhere extends Error {
  override readonly name = 'InvalidWhere';
}
