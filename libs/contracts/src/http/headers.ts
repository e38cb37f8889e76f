/** Header names of the wire contracts, lower case as Node reads them. */
export const HEADERS = {
  principal: 'electric-principal',
  claimToken: 'electric-claim-token',
  ownerEntity: 'electric-owner-entity',
  durability: 'reveille-durability',
  position: 'reveille-position',
  minPosition: 'reveille-min-position',
  idempotencyKey: 'idempotency-key',
  idempotencyReplayed: 'idempotency-replayed',
  nextOffset: 'stream-next-offset',
  closed: 'stream-closed',
  streamSeq: 'stream-seq',
  ttl: 'stream-ttl',
  expiresAt: 'stream-expires-at',
  forkedFrom: 'stream-forked-from',
  forkOffset: 'stream-fork-offset',
  forkSubOffset: 'stream-fork-sub-offset',
  producerId: 'producer-id',
  producerEpoch: 'producer-epoch',
  producerSeq: 'producer-seq',
  producerExpectedSeq: 'producer-expected-seq',
  producerReceivedSeq: 'producer-received-seq',
} as const;

/** On every answer, errors included: any origin may call, no answer may be sniffed or embedded as something else. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS',
  'access-control-allow-headers': [
    'content-type, authorization, electric-claim-token, electric-owner-entity, electric-principal',
    'ngrok-skip-browser-warning, idempotency-key, reveille-min-position, if-none-match, stream-seq, stream-ttl, stream-expires-at',
    'stream-closed, producer-id, producer-epoch, producer-seq, stream-forked-from, stream-fork-offset',
    'stream-fork-sub-offset',
  ].join(', '),
  'access-control-expose-headers': '*',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'cross-origin',
};
