import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ApiError } from '@app/contracts';
import type { GatewayReply } from '../http/request.js';
import { DOCS_PAGE, docsAsset } from './docs-page.js';

/** A page to read and try the API on. The description itself is at `/docs-json`. */
@ApiExcludeController()
@Controller('docs')
export class DocsController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  page(): string {
    return DOCS_PAGE;
  }

  @Get(':asset')
  async asset(@Param('asset') name: string, @Res() reply: GatewayReply): Promise<void> {
    const asset = await docsAsset(name);
    if (asset === undefined) throw new ApiError('NOT_FOUND', 'there is no such page');
    await reply.header('content-type', asset.type).header('cache-control', 'max-age=3600').send(asset.content);
  }
}
