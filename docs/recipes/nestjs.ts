import { Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createReceiver, memoryStore, type Receiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/express';

@Injectable()
export class Videos {
  ready(videoId: string): void {
    console.log(`${videoId} is ready`);
  }
}

@Injectable()
export class Webhooks implements OnApplicationShutdown {
  readonly receiver: Receiver;

  constructor(@Inject(Videos) videos: Videos) {
    this.receiver = createReceiver({
      secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
      idempotency: memoryStore(), // one process; several share redisStore(client) or postgresStore(pool)
    }).on('video.processed', (event) => {
      videos.ready(event.data.videoId);
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.receiver.drain();
  }
}

@Module({ providers: [Videos, Webhooks] })
export class AppModule {}

export async function createApp() {
  const app = await NestFactory.create(AppModule);
  // Before init(), which puts Nest's body parsers into the chain: the signature is over the bytes they would consume.
  app.use('/webhooks', webhookHandler(app.get(Webhooks).receiver));
  app.enableShutdownHooks();
  return app;
}
