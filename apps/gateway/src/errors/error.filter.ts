import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { errorAnswer } from './error-answer.js';

/** Sends the error envelope. The only place that logs an error of a request. */
export const sendError = (reply: FastifyReply, error: unknown): void => {
  const { status, headers, body } = errorAnswer(error);
  void reply.code(status).headers(headers);
  if (body === undefined) void reply.send();
  else void reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
};

@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Request');

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (errorAnswer(error).defect) this.log(reply, error);
    if (!reply.sent) sendError(reply, error);
  }

  private log(reply: FastifyReply, error: unknown): void {
    const what = `${reply.request.method} ${reply.request.routeOptions.url ?? 'unknown route'} failed`;
    this.logger.error(what, error instanceof Error ? error.stack : String(error));
  }
}
