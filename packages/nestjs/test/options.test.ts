import { Controller, Module, Post, Req, UseGuards } from '@nestjs/common';
import type { OutcomeInfo } from '@videocloud/webhooks';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  OnVideoCloudEvent,
  type VerifiedRequest,
  VideoCloudSignatureGuard,
  VideoCloudWebhooksModule,
  type VideoCloudWebhooksOptions,
} from '../src/index.js';
import { deliver, SECRET, startApp } from './apps.js';
import { start } from './dispatch.js';

/** Settings whose options are getters of the class: no spread copies them. */
class Settings {
  readonly outcomes: OutcomeInfo[] = [];
  reads = 0;
  get options(): VideoCloudWebhooksOptions {
    const { outcomes } = this;
    const read = () => this.reads++;
    class Options {
      get secrets() {
        read();
        return ({ env }: { env: unknown }) => (env === 'here' ? SECRET : 'another');
      }
      get path() {
        return 'configured';
      }
      get env() {
        return () => 'here';
      }
      get maxAge() {
        return 7_200_000;
      }
      get onOutcome() {
        return (info: OutcomeInfo) => outcomes.push(info);
      }
    }
    return new Options();
  }
}

const TOO_OLD = { status: 401, text: expect.stringContaining('timestamp_too_old') };

describe('options that are inherited', () => {
  it.each([
    ['forRoot', (options: VideoCloudWebhooksOptions) => VideoCloudWebhooksModule.forRoot(options)],
    ['forRootAsync', (o: VideoCloudWebhooksOptions) => VideoCloudWebhooksModule.forRootAsync({ useFactory: () => o })],
    ['a prototype', (o: VideoCloudWebhooksOptions) => VideoCloudWebhooksModule.forRoot(Object.create(o))],
  ])('are options of %s, read once', async (_, moduleOf) => {
    const settings = new Settings();
    class AppModule {}
    Module({ imports: [moduleOf(settings.options)] })(AppModule);
    const app = await startApp(AppModule, 'Express');
    expect(await deliver(app, '/configured')).toEqual(TOO_OLD);
    expect(settings.outcomes.map(({ code }) => code)).toEqual(['timestamp_too_old']);
    expect(settings.reads).toBe(1);
    await app.close();
  });

  it.each([
    ['of its own', true],
    ["of the app's module", false],
  ])('are options of a guard with those %s', async (_, own) => {
    const { outcomes, options } = new Settings();
    const given = { secrets: SECRET, path: false, onError: () => undefined } as const;
    @Controller('deliveries')
    class Deliveries {
      @Post()
      @UseGuards(own ? new VideoCloudSignatureGuard(options) : VideoCloudSignatureGuard)
      receive(@Req() { webhook }: VerifiedRequest) {
        return webhook.event.event;
      }
    }
    @Module({ controllers: [Deliveries], imports: [VideoCloudWebhooksModule.forRoot(own ? given : options)] })
    class AppModule {}
    const app = await startApp(AppModule, 'Express', { rawBody: true });
    expect(await deliver(app, '/deliveries')).toEqual(TOO_OLD);
    expect(outcomes).toHaveLength(1);
    await app.close();
  });

  it('are options of a handler: its schema still decides', async () => {
    const handled: unknown[] = [];
    class Strict {
      get schema() {
        return z.object({ shelf: z.string() });
      }
    }
    class Videos {
      @OnVideoCloudEvent('video.deleted', new Strict())
      deleted(event: unknown) {
        handled.push(event);
      }
    }
    const { dispatch, app } = await start({ providers: [Videos] });
    expect(await dispatch('video.deleted')).toMatchObject({ reason: 'payload_invalid' });
    expect(handled).toEqual([]);
    await app.close();
  });
});
