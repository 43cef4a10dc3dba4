import 'reflect-metadata';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import {
  All,
  Controller,
  type DynamicModule,
  HttpCode,
  type INestApplication,
  Module,
  Req,
  UseGuards,
} from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { EventPattern, Receiver, ReceiverOptions } from '@videocloud/webhooks';
import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { json } from 'express';
import { makeReceiver, makeTolerantReceiver, makeVerify, seen } from '../../webhooks/test/adapters/behavior.js';
import type { Call, Entry, Mounted } from '../../webhooks/test/adapters/contract.js';
import {
  OnVideoCloudEvent,
  type VerifiedRequest,
  VideoCloudSignatureGuard,
  VideoCloudWebhooksModule,
} from '../src/index.js';

type Make = typeof makeReceiver;

/** The receiver of the contract as a module, with a decorated provider for its handlers. */
function moduleOf(make: Make, path: string, log: (call: Call) => void): DynamicModule {
  class Handlers {}
  let options: ReceiverOptions | undefined;
  const on = (pattern: EventPattern, handler: (...args: unknown[]) => unknown) => {
    const name = `on ${pattern}`;
    const descriptor = { value: handler, writable: true, configurable: true, enumerable: false };
    Object.defineProperty(Handlers.prototype, name, descriptor);
    OnVideoCloudEvent(pattern, { receiver: path })(Handlers.prototype, name, descriptor);
  };
  const capture = (given: ReceiverOptions) => {
    options = given;
    return { on } as unknown as Receiver;
  };
  make(capture as Parameters<Make>[0], path, log);
  return {
    module: class Mounted {},
    providers: [Handlers],
    imports: [VideoCloudWebhooksModule.forRoot({ ...(options as ReceiverOptions), path, name: path })],
  };
}

function appModule(log: (call: Call) => void) {
  @Controller('verify')
  class Verified {
    @All()
    @HttpCode(200)
    @UseGuards(new VideoCloudSignatureGuard(makeVerify('/verify', log)))
    receive(@Req() { webhook }: VerifiedRequest) {
      return seen(webhook);
    }
  }
  @Module({
    imports: [moduleOf(makeReceiver, '/webhooks', log), moduleOf(makeTolerantReceiver, '/tolerant', log)],
    controllers: [Verified],
  })
  class App {}
  return App;
}

export const PLATFORMS: Record<string, () => AbstractHttpAdapter> = {
  Express: () => new ExpressAdapter(),
  Fastify: () => new FastifyAdapter({ forceCloseConnections: true }),
};

/** Nest on Express; the guard's route is the only one without a body parser in front. */
export const EXPRESS_ENTRY: Entry = {
  name: 'Nest on Express',
  path: '/webhooks',
  tolerant: '/tolerant',
  verify: '/verify',
  parsed: [],
  mount: () =>
    mount('Express', {
      bodyParser: false,
      setUp(app) {
        const parse = json();
        app.use((request: IncomingMessage, response: ServerResponse, next: () => void) =>
          request.url === '/verify' ? next() : parse(request, response, next),
        );
      },
    }),
};

/** Nest on Fastify, whose parsers cannot be kept from the guard's route. */
export const FASTIFY_ENTRY: Entry = {
  name: 'Nest on Fastify',
  path: '/webhooks',
  tolerant: '/tolerant',
  parsed: [],
  mount: () => mount('Fastify'),
};

async function mount(platform: string, options?: Parameters<typeof startApp>[2]): Promise<Mounted> {
  const calls: Call[] = [];
  const app = await startApp(
    appModule((call) => calls.push(call)),
    platform,
    options,
  );
  return { port: portOf(app), calls: () => calls, close: () => app.close() };
}

export async function startApp(
  module: Parameters<typeof NestFactory.create>[0],
  platform: string,
  {
    setUp = () => undefined,
    ...options
  }: { setUp?: (app: INestApplication) => unknown; rawBody?: boolean; bodyParser?: boolean } = {},
): Promise<INestApplication> {
  const adapter = PLATFORMS[platform]?.();
  if (adapter === undefined) throw new Error(`no platform ${platform}`);
  const app = await NestFactory.create(module, adapter, {
    logger: false,
    abortOnError: false,
    forceCloseConnections: true,
    ...options,
  });
  // One of the cases has a long header.
  Object.assign(app.getHttpServer(), { maxHeaderSize: 65_536 });
  await setUp(app);
  await app.listen(0, '127.0.0.1');
  return app;
}

export function portOf(app: INestApplication): number {
  return ((app.getHttpServer() as Server).address() as AddressInfo).port;
}

export const SECRET = 'whsec-nest';

/** Posts a delivery of `type` with a good signature, and gives the status and the body of the answer. */
export async function deliver(
  app: INestApplication,
  path: string,
  type: Parameters<typeof fixture>[0] = 'video.processed',
  { secret = SECRET, headers = {} }: { secret?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; text: string }> {
  const signed = await signedBody(fixture(type), secret);
  const response = await fetch(`http://127.0.0.1:${portOf(app)}${path}`, {
    method: 'POST',
    headers: { ...signed.headers, ...headers },
    body: signed.body,
  });
  return { status: response.status, text: await response.text() };
}

export const RECEIVED = { status: 200, text: '{"received":true}' };
