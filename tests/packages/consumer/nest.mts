import { Controller, Injectable, Module, Post, Req, UseGuards } from '@nestjs/common';
import type { EventOf, Receiver } from '@videocloud/webhooks';
import { memoryStore } from '@videocloud/webhooks';
import {
  InjectVideoCloudReceiver,
  OnVideoCloudEvent,
  type VerifiedRequest,
  VideoCloudSignatureGuard,
  VideoCloudWebhooksModule,
} from '@videocloud/webhooks-nestjs';

@Injectable()
export class Videos {
  readonly receiver: Receiver;
  constructor(@InjectVideoCloudReceiver() receiver: Receiver) {
    this.receiver = receiver;
  }

  @OnVideoCloudEvent('video.processed')
  ready(event: EventOf<'video.processed'>): number {
    return event.data.formats.length;
  }

  // @ts-expect-error the payload of another event
  @OnVideoCloudEvent('video.processed')
  wrong(event: EventOf<'comment.created'>): string {
    return event.data.commentId;
  }
}

@Controller('deliveries')
export class Deliveries {
  @Post()
  @UseGuards(VideoCloudSignatureGuard)
  receive(@Req() { webhook }: VerifiedRequest): string {
    return webhook.event.event;
  }
}

const { SECRET } = process.env;

@Module({
  imports: [
    VideoCloudWebhooksModule.forRoot({ secrets: 'a', idempotency: memoryStore(), path: 'hooks' }),
    VideoCloudWebhooksModule.forRootAsync({ useFactory: () => ({ secrets: 'b', name: 'b' }) }),
    VideoCloudWebhooksModule.forRootAsync({
      imports: undefined,
      inject: undefined,
      useFactory: SECRET === undefined ? undefined : () => ({ secrets: 'c' }),
      useClass: undefined,
      useExisting: undefined,
    }),
    // @ts-expect-error no such option
    VideoCloudWebhooksModule.forRoot({ secrets: 'a', onEror: () => undefined }),
  ],
  providers: [Videos],
  controllers: [Deliveries],
})
export class AppModule {}
