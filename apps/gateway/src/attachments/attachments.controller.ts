import type { Readable } from 'node:stream';
import { Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  AttachFileCommand,
  Commands,
  FindAttachmentQuery,
  RemoveAttachmentCommand,
  type Caller,
} from '@app/application';
import { AttachedDto, AttachFileDto, UnitTxidDto } from '@app/contracts';
import type { EntityAddress } from '@app/domain';
import { CallerOf } from '../auth/caller.js';
import { ApiAddress, ApiErrors } from '../docs/api-decorators.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import { whileHeld } from '../http/large-bodies.js';
import { Address, DecodedSegment, MEMBER } from '../http/params.js';
import type { GatewayReply, GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { fileToAttach } from './attachment-form.js';
import { Downloads } from './download.js';
import { readForm } from './multipart.js';

/** Files that belong to an entity. What they are is in its manifest, the bytes are in a stream of their own. */
@ApiTags('attachments')
@Controller(['v1/entities/:type/:id/attachments', '_electric/entities/:type/:id/attachments'])
export class AttachmentsController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: QueryBus,
    private readonly downloads: Downloads,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  @Post()
  @Writes('attachment')
  @HttpCode(201)
  @ApiAddress()
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: AttachFileDto })
  @ApiCreatedResponse({ type: AttachedDto })
  @ApiErrors('INVALID_REQUEST', 'NOT_FOUND', 'NOT_RUNNING', 'ATTACHMENT_CONFLICT', 'ATTACHMENT_TOO_LARGE')
  async attach(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @Req() request: GatewayRequest,
  ): Promise<AttachedDto> {
    const receive = async (): Promise<ReturnType<typeof fileToAttach>> => {
      const { sentContentType } = request;
      return fileToAttach(await readForm(bodyOf(request), sentContentType, this.settings.attachmentBytes));
    };
    return whileHeld(request, () => this.commands.execute(new AttachFileCommand(caller, address, receive)));
  }

  @Get(':attachmentId')
  @ApiAddress()
  @ApiParam({ name: 'attachmentId' })
  @ApiOkResponse({ description: 'the bytes, under the type they were sent with', content: { '*/*': {} } })
  @ApiErrors('INVALID_REQUEST', 'NOT_FOUND', 'ATTACHMENT_CONFLICT')
  async download(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @DecodedSegment(MEMBER) id: string,
    @Res() reply: GatewayReply,
  ): Promise<void> {
    const found = await this.queries.execute(new FindAttachmentQuery(caller, address, id));
    await this.downloads.send(caller.tenant, found, reply);
  }

  @Delete(':attachmentId')
  @Writes('control')
  @ApiAddress()
  @ApiParam({ name: 'attachmentId' })
  @ApiOkResponse({ type: UnitTxidDto })
  @ApiErrors('INVALID_REQUEST', 'NOT_FOUND', 'NOT_RUNNING')
  async remove(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @DecodedSegment(MEMBER) id: string,
  ): Promise<UnitTxidDto> {
    return this.commands.execute(new RemoveAttachmentCommand(caller, address, id));
  }
}

/** The body as it comes: this route keeps it from being collected. */
const bodyOf = (request: GatewayRequest): Readable =>
  (request.body as unknown as Readable | null | undefined) ?? request.raw;
