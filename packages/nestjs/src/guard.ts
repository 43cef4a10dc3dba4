import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CanActivate, type ExecutionContext, HttpException, Inject, Injectable, Optional } from '@nestjs/common';
import type { Delivery, Outcome } from '@videocloud/webhooks';
import { type RequestVerdict, requestVerifier } from '@videocloud/webhooks/node';
import { type GuardOptions, guardOptions } from './options.js';
import { GUARD } from './tokens.js';

const HINT =
  "Create the app with NestFactory.create(AppModule, { rawBody: true }), and set parsers with app.useBodyParser('json', …): a json() of your own in app.use() keeps no bytes";

/** What the guards of an app are made from: the verification options of its modules. */
export type GuardSources = () => readonly GuardOptions[];

/** A request of Express or Fastify, behind {@link VideoCloudSignatureGuard}. */
export interface VerifiedRequest {
  /** The verified delivery. */
  webhook: Delivery;
}

type NodeRequest = IncomingMessage & { rawBody?: unknown; body?: unknown };
/** A request of Fastify holds Node's; one of Express is Node's. */
type PlatformRequest = NodeRequest & { readonly raw?: NodeRequest };
/** `header` is the same method in both platforms. */
type PlatformResponse = ServerResponse & { header(name: string, value: string): unknown };

/**
 * Lets only verified deliveries pass to a route of your own, and sets `request.webhook`.
 *
 * As a class it verifies with the options of the app's module, as an instance with its own. Rejections are thrown as
 * `HttpException` with the status and body that a receiver answers. The app must keep the bytes of bodies: `rawBody: true`.
 *
 * @throws TypeError for blank or missing secrets, for an option that does not exist, and when there is not exactly one
 *   module whose options it could use
 * @example
 * ```ts
 * import { Controller, Post, Req, UseGuards } from '@nestjs/common';
 * import { type VerifiedRequest, VideoCloudSignatureGuard } from '@videocloud/webhooks-nestjs';
 *
 * @Controller('deliveries')
 * export class DeliveriesController {
 *   @Post()
 *   @UseGuards(new VideoCloudSignatureGuard({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET }))
 *   receive(@Req() request: VerifiedRequest) {
 *     return { received: request.webhook.event.event };
 *   }
 * }
 * ```
 */
@Injectable()
export class VideoCloudSignatureGuard implements CanActivate {
  // A function, and not `#`: Nest may wrap instances in a Proxy, and `util.inspect` would show the secrets in a property.
  private readonly verifier: () => (request: NodeRequest) => Promise<RequestVerdict>;

  constructor(@Optional() @Inject(GUARD) options?: GuardOptions) {
    let verify: ReturnType<typeof requestVerifier> | undefined;
    this.verifier = () => {
      verify ??= requestVerifier({ ...onlyOptions(options), hint: HINT } as Parameters<typeof requestVerifier>[0]);
      return verify;
    };
    if (typeof options === 'object') this.verifier();
  }

  /** Nest calls it when all modules are there: a guard that cannot verify ends the start. */
  onModuleInit(): void {
    this.verifier();
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') throw new TypeError('VideoCloudSignatureGuard guards HTTP routes only');
    const request = context.switchToHttp().getRequest<PlatformRequest>();
    const verdict = await this.verifier()(nodeRequest(request));
    if (verdict.ok) {
      Object.assign(request, { webhook: verdict.delivery } satisfies VerifiedRequest);
      return true;
    }
    throw exceptionOf(verdict.outcome, context.switchToHttp().getResponse<PlatformResponse>());
  }
}

function onlyOptions(given: GuardOptions | GuardSources | undefined): GuardOptions {
  const sources = typeof given === 'function' ? given() : given === undefined ? [] : [given];
  const [options] = sources;
  if (options !== undefined && sources.length === 1) return guardOptions(options);
  throw new TypeError(
    `VideoCloudSignatureGuard as a class takes the options of the app's VideoCloudWebhooksModule, and there are ${sources.length}: ` +
      'use new VideoCloudSignatureGuard({ secrets })',
  );
}

/** Node's request, with the bytes where a parser of Fastify kept them. */
function nodeRequest(request: PlatformRequest): NodeRequest {
  const { raw, rawBody, body } = request;
  return raw === undefined ? request : Object.assign(raw, { rawBody, body });
}

function exceptionOf({ status, headers, body, error }: Outcome, response: PlatformResponse): HttpException {
  for (const [name, value] of Object.entries(headers)) {
    // The exception filter writes the body, and its type.
    if (name !== 'content-type') response.header(name, value);
  }
  return new HttpException(JSON.parse(body), status, { cause: error });
}
