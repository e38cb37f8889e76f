import type { Json } from '@app/domain';
import { RemoveAttachmentCommand } from '../attachments/handlers/remove-attachment.handler.js';
import { ClaimEntityCommand } from '../claims/handlers/claim-entity.handler.js';
import { ReleaseClaimCommand } from '../claims/handlers/release-claim.handler.js';
import { AppendEventsCommand } from '../entities/handlers/append-events.handler.js';
import { ChangeMessageCommand } from '../entities/handlers/change-message.handler.js';
import { GiveGrantCommand, RevokeGrantCommand } from '../entities/handlers/entity-grants.handlers.js';
import { SendMessageCommand } from '../entities/handlers/send-message.handler.js';
import { SignalEntityCommand } from '../entities/handlers/signal-entity.handler.js';
import { SpawnEntityCommand } from '../entities/handlers/spawn-entity.handler.js';
import { TagEntityCommand } from '../entities/handlers/tag-entity.handler.js';
import { WriteCollectionCommand } from '../entities/handlers/write-collection.handler.js';
import { EnsureMembershipCommand } from '../membership/ensure-membership.handler.js';
import type { StreamCommand } from '../kernel/stream-command.js';
import type { SentItems } from '../kernel/to-decision.js';
import { AppendToStreamCommand } from '../plain-streams/handlers/append-to-stream.handler.js';
import { CreateStreamCommand, DEFAULT_TYPE } from '../plain-streams/handlers/create-stream.handler.js';
import { DeleteStreamCommand } from '../plain-streams/handlers/delete-stream.handler.js';
import { DeliverWakeCommand } from '../wakes/deliver-wake.handler.js';
import type { StreamBody } from '../plain-streams/stream-body.js';
import type { PackedCommand } from './packed.js';

type Parts = Pick<PackedCommand, 'fields' | 'body'>;

interface Codec {
  readonly type: abstract new (...args: never) => StreamCommand<unknown>;
  /** Undefined: it cannot leave this process. */
  readonly pack: (command: StreamCommand<unknown>) => Parts | undefined | Promise<Parts | undefined>;
  readonly unpack: (parts: Parts) => StreamCommand<unknown>;
}

const codec = <C extends StreamCommand<unknown>>(
  type: abstract new (...args: never) => C,
  pack: (command: C) => ReturnType<Codec['pack']>,
  unpack: (fields: C, body: Uint8Array) => StreamCommand<unknown>,
): Codec => ({
  type,
  pack: pack as Codec['pack'],
  // What another process of ours packed has the fields of the class; JSON left out those that are undefined.
  unpack: ({ fields, body = NO_BODY }) => unpack(fields as C, body),
});

// Larger ones are no message between processes, but pieces in the log already.
const MAX_BODY_BYTES = 8 * 1024 * 1024;

const NO_BODY = new Uint8Array(0);

/** Everything but the stamp, which travels beside it. */
const all = <C extends StreamCommand<unknown>>({ stamp: _, ...fields }: C): Parts => ({ fields });

const split = <Sent extends SentItems>({ body, ...rest }: Sent): { sent: Omit<Sent, 'body'>; body: Uint8Array } => ({
  sent: rest,
  body,
});

/** The items of a body once more, for validation: cheaper to read again than to send twice. */
const valuesOf = (body: Uint8Array, count: number): readonly Json[] =>
  count === 0 ? [] : (JSON.parse(`[${Buffer.from(body).toString()}]`) as readonly Json[]);

const packCreate = async ({
  caller,
  path,
  config,
  body: read,
  owner,
}: CreateStreamCommand): Promise<Parts | undefined> => {
  // What a fork holds is known to whoever looked at its source.
  if (config.fork !== undefined && config.contentType === undefined) return undefined;
  const { sent: whole, problem } = await read(config.contentType ?? DEFAULT_TYPE);
  const { sent, body } = split(whole);
  return { fields: { caller, path, config, sent, problem, owner }, body };
};

interface PackedCreate extends CreateStreamCommand {
  readonly sent: Omit<SentItems, 'body'>;
  readonly problem?: StreamBody['problem'];
}

/** Every kind of command that its owner executes, under the name by which it travels: added to, never renamed. */
const CODECS: Readonly<Record<string, Codec>> = {
  append: codec(
    AppendEventsCommand,
    ({ caller, address, token, request, body: { body, count, types } }) =>
      // It is refused wherever it is decided.
      request.malformed === undefined
        ? { fields: { caller, address, token, request, body: { count, types } }, body }
        : undefined,
    ({ caller, address, token, request, body: { count, types } }, body) =>
      new AppendEventsCommand(caller, address, token, request, { body, count, types, values: valuesOf(body, count) }),
  ),
  send: codec(
    SendMessageCommand,
    all,
    ({ caller, address, message, sender }) => new SendMessageCommand(caller, address, message, sender),
  ),
  signal: codec(
    SignalEntityCommand,
    all,
    ({ caller, address, request, needed }) => new SignalEntityCommand(caller, address, request, needed),
  ),
  tag: codec(
    TagEntityCommand,
    all,
    ({ caller, address, key, value }) => new TagEntityCommand(caller, address, key, value),
  ),
  spawn: codec(
    SpawnEntityCommand,
    all,
    ({ caller, address, request }) => new SpawnEntityCommand(caller, address, request),
  ),
  grant: codec(GiveGrantCommand, all, ({ caller, address, grant }) => new GiveGrantCommand(caller, address, grant)),
  revoke: codec(RevokeGrantCommand, all, ({ caller, address, id }) => new RevokeGrantCommand(caller, address, id)),
  claim: codec(
    ClaimEntityCommand,
    all,
    ({ caller, address, runner, leaseMs }) => new ClaimEntityCommand(caller, address, runner, leaseMs),
  ),
  release: codec(
    ReleaseClaimCommand,
    all,
    ({ caller, address, proof }) => new ReleaseClaimCommand(caller, address, proof),
  ),
  change: codec(
    ChangeMessageCommand,
    all,
    ({ caller, address, key, change }) => new ChangeMessageCommand(caller, address, key, change),
  ),
  collection: codec(
    WriteCollectionCommand,
    all,
    ({ caller, address, collection, row }) => new WriteCollectionCommand(caller, address, collection, row),
  ),
  'stream-create': codec<CreateStreamCommand>(CreateStreamCommand, packCreate, (fields, body) => {
    const { caller, path, config, sent, problem, owner } = fields as PackedCreate;
    const read = { sent: { ...sent, body }, ...(problem === undefined ? {} : { problem }) };
    return new CreateStreamCommand(caller, path, config, () => Promise.resolve(read), owner);
  }),
  'stream-append': codec(
    AppendToStreamCommand,
    ({ caller, path, request, sent: whole, owner }) => {
      const { sent, body } = split(whole);
      return { fields: { caller, path, request, sent, owner }, body };
    },
    ({ caller, path, request, sent, owner }, body) =>
      new AppendToStreamCommand(caller, path, request, { ...sent, body }, owner),
  ),
  'attachment-remove': codec(
    RemoveAttachmentCommand,
    all,
    ({ caller, address, id }) => new RemoveAttachmentCommand(caller, address, id),
  ),
  membership: codec(EnsureMembershipCommand, all, ({ caller, tags }) => new EnsureMembershipCommand(caller, tags)),
  'stream-delete': codec(DeleteStreamCommand, all, ({ caller, path }) => new DeleteStreamCommand(caller, path)),
  wake: codec(DeliverWakeCommand, all, ({ delivery }) => new DeliverWakeCommand(delivery)),
};

const NAMES = new Map<unknown, string>(Object.entries(CODECS).map(([name, { type }]) => [type, name]));

/** Undefined: only this process can execute it. */
export const packOf = async (
  command: StreamCommand<unknown>,
): Promise<(Parts & { readonly name: string }) | undefined> => {
  const name = NAMES.get(command.constructor);
  const parts = name === undefined ? undefined : await CODECS[name]?.pack(command);
  if (!parts || name === undefined || (parts.body?.length ?? 0) > MAX_BODY_BYTES) return undefined;
  return { ...parts, name };
};

/** Undefined for a command of another version. */
export const commandOf = ({ name, ...parts }: PackedCommand): StreamCommand<unknown> | undefined =>
  Object.hasOwn(CODECS, name) ? CODECS[name]?.unpack(parts) : undefined;
