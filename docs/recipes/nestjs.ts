import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { EventOf } from '@videocloud/webhooks';
import { memoryStore } from '@videocloud/webhooks';
import { OnVideoCloudEvent, VideoCloudWebhooksModule } from '@videocloud/webhooks-nestjs';

@Injectable()
export class Videos {
  @OnVideoCloudEvent('video.processed')
  ready(event: EventOf<'video.processed'>): void {
    console.log(`${event.data.videoId} is ready`);
  }
}

@Module({
  imports: [
    VideoCloudWebhooksModule.forRoot({
      secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
      idempotency: memoryStore(), // one process; several share redisStore(client) or postgresStore(pool)
    }),
  ],
  providers: [Videos],
})
export class AppModule {}

export async function createApp() {
  const app = await NestFactory.create(AppModule);
  app.enableShutdownHooks();
  return app;
}
