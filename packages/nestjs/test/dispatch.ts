import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Receiver } from '@videocloud/webhooks';
import { fixture } from '@videocloud/webhooks/testing';
import { VideoCloudWebhooksModule, videoCloudReceiver } from '../src/index.js';
import { SECRET } from './apps.js';

/** Starts an app without a server, and dispatches events to its receiver. */
export async function start(
  metadata: Parameters<typeof Module>[0],
  ...modules: Parameters<typeof VideoCloudWebhooksModule.forRoot>[0][]
) {
  const options = modules.length > 0 ? modules : [{ secrets: SECRET, onError: () => undefined }];
  class AppModule {}
  const imports = options.map((one) => VideoCloudWebhooksModule.forRoot(one));
  Module({ ...metadata, imports: [...imports, ...(metadata.imports ?? [])] })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  const dispatch = (type: Parameters<typeof fixture>[0], name?: string) =>
    app.get<Receiver>(videoCloudReceiver(name)).dispatch(JSON.stringify(fixture(type)));
  return { app, dispatch };
}
