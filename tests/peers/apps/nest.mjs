// The recipe of docs/recipes as it stands, on both platforms, and the guard on a route of the app's own.
import 'reflect-metadata';
import { Controller, HttpCode, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { VideoCloudSignatureGuard, videoCloudReceiver } from '@videocloud/webhooks-nestjs';
import { SECRET, urlOf } from './lib.mjs';
import { AppModule, createApp } from './recipe.mjs';

// Decorators as functions: this file runs as it is.
class Guarded {
  receive() {}
}
Controller('guarded')(Guarded);
const receive = Object.getOwnPropertyDescriptor(Guarded.prototype, 'receive');
Post()(Guarded.prototype, 'receive', receive);
HttpCode(200)(Guarded.prototype, 'receive', receive);
UseGuards(VideoCloudSignatureGuard)(Guarded);

class WithGuard {}
Module({ imports: [AppModule], controllers: [Guarded] })(WithGuard);

export async function start() {
  process.env.VIDEOCLOUD_WEBHOOK_SECRET = SECRET;
  let handled = 0;
  const app = await createApp();
  app.useLogger(false);
  app.get(videoCloudReceiver()).on('video.*', () => {
    handled += 1;
  });
  await app.listen(0, '127.0.0.1');
  const onFastify = await NestFactory.create(WithGuard, new FastifyAdapter(), { logger: false, rawBody: true });
  await onFastify.listen(0, '127.0.0.1');
  const onExpress = await NestFactory.create(WithGuard, { logger: false, rawBody: true });
  await onExpress.listen(0, '127.0.0.1');
  const guarded = (other) => urlOf(other.getHttpServer()).replace('/webhooks', '/guarded');
  return {
    url: urlOf(app.getHttpServer()),
    handled: () => handled,
    others: [urlOf(onFastify.getHttpServer()), guarded(onFastify), guarded(onExpress)],
    stop: () => Promise.all([app, onFastify, onExpress].map((one) => one.close())),
  };
}
