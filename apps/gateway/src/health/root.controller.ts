import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ApiError } from '@app/contracts';
import type { GatewayReply } from '../http/request.js';

const DASHBOARD = '/__agent_ui/';

/** Where browsers arrive. No dashboard comes with this server; what there is to look at is at `/docs`. */
@ApiExcludeController()
@Controller()
export class RootController {
  @Get('/')
  root(@Res() reply: GatewayReply): void {
    void reply.code(302).header('location', DASHBOARD).send();
  }

  @Get(['__agent_ui', '__agent_ui/*'])
  dashboard(): never {
    throw new ApiError('AGENT_UI_NOT_FOUND');
  }
}
