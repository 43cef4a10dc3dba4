import { Injectable, Module } from '@nestjs/common';
import type { EventOf } from '@videocloud/webhooks';
import { memoryStore } from '@videocloud/webhooks';
import { OnVideoCloudEvent, VideoCloudWebhooksModule } from '@videocloud/webhooks-nestjs';

@Injectable()
export class WebhookHandlers {
  @OnVideoCloudEvent('video.processed')
  videoProcessed(event: EventOf<'video.processed'>): void {
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
  providers: [WebhookHandlers],
})
export class WebhooksModule {}
