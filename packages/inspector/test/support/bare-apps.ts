import type { Server } from 'node:http';
import { Controller, type INestApplication, Module, Post, UnauthorizedException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import express from 'express';
import Fastify from 'fastify';
import Koa from 'koa';
import { onTestFinished } from 'vitest';

const portOf = (server: { address(): ReturnType<Server['address']> }): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

function listening(server: Server): Promise<number> {
  onTestFinished(() => void server.close());
  return new Promise((resolve) => server.once('listening', () => resolve(portOf(server))));
}

class Hooks {
  unauthorized(): never {
    throw new UnauthorizedException('no signature');
  }
  broken(): never {
    throw new Error('broken on purpose');
  }
}
Controller()(Hooks);
for (const path of ['unauthorized', 'broken'] as const)
  Post(path)(Hooks.prototype, path, Object.getOwnPropertyDescriptor(Hooks.prototype, path) ?? {});

async function nest(make: (module: new () => object) => Promise<INestApplication>): Promise<number> {
  class App {}
  Module({ controllers: [Hooks] })(App);
  const app = await make(App);
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  return portOf(app.getHttpServer() as Server);
}

/** Apps that answer `/unauthorized` 401, `/broken` with a fault and anything else 404, each as its framework does. Give their port. */
export const BARE_APPS: Readonly<Record<string, () => Promise<number>>> = {
  express: () => {
    const app = express();
    app.post('/unauthorized', (_request, response) => void response.sendStatus(401));
    app.post('/broken', () => {
      throw Object.assign(new Error('broken on purpose'), { stack: undefined });
    });
    return listening(app.listen(0, '127.0.0.1'));
  },
  fastify: async () => {
    const app = Fastify();
    app.post('/unauthorized', (_request, reply) => reply.code(401).send({ ok: false }));
    app.post('/broken', () => {
      throw new Error('broken on purpose');
    });
    onTestFinished(() => app.close());
    await app.listen({ port: 0, host: '127.0.0.1' });
    return portOf(app.server);
  },
  koa: () => {
    const app = new Koa();
    app.silent = true;
    app.use((ctx) => {
      if (ctx.path === '/unauthorized') ctx.throw(401);
      if (ctx.path === '/broken') throw new Error('broken on purpose');
    });
    return listening(app.listen(0, '127.0.0.1'));
  },
  nestjs: () => nest((module) => NestFactory.create(module, { logger: false })),
  'nestjs on fastify': () => nest((module) => NestFactory.create(module, new FastifyAdapter(), { logger: false })),
};
