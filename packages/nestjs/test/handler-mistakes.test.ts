import { Controller, Post, type Type, UseGuards, UseInterceptors } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { OnVideoCloudEvent } from '../src/index.js';
import { start } from './dispatch.js';

describe('a mistake ends the start', () => {
  const guarded = { canActivate: () => true };
  const cases: [string, () => Type, RegExp][] = [
    [
      'a misspelled event',
      () => {
        class Videos {
          @OnVideoCloudEvent('video.procesed' as 'video.processed')
          note() {}
        }
        return Videos;
      },
      /@OnVideoCloudEvent on Videos\.note: .*'video\.processed'/,
    ],
    [
      'a receiver that no module has',
      () => {
        class Videos {
          @OnVideoCloudEvent('*', { receiver: 'studio' })
          note() {}
        }
        return Videos;
      },
      /Videos\.note handles events of the receiver 'studio'.*there is default/,
    ],
    [
      'guards on a handler',
      () => {
        class Videos {
          @UseGuards(guarded)
          @OnVideoCloudEvent('*')
          note() {}
        }
        return Videos;
      },
      /Videos\.note has guards, which do not run for webhook handlers/,
    ],
  ];
  it.each(cases)('%s', async (_, make, error) => {
    await expect(start({ providers: [make()] })).rejects.toThrow(error);
  });

  it('but guards of a handler that is a route too are those of the route', async () => {
    @Controller()
    class Videos {
      @Post('again')
      @UseGuards(guarded)
      @UseInterceptors({ intercept: () => 0 } as never)
      @OnVideoCloudEvent('*')
      note() {}
    }
    await start({ controllers: [Videos] });
  });

  it('the decorator elsewhere than on a method', () => {
    const decorate = OnVideoCloudEvent('*') as (...args: unknown[]) => void;
    class Videos {
      note() {}
      static all() {}
    }
    const descriptor = Object.getOwnPropertyDescriptor(Videos, 'all');
    for (const args of [
      [Videos],
      [Videos, 'all', descriptor],
      [Videos.prototype, 'field'],
      [Videos.all, { kind: 'method' }],
    ]) {
      expect(() => decorate(...args)).toThrow(/belongs on a method.*experimentalDecorators/);
    }
    expect(() => OnVideoCloudEvent('*', { shema: 1 } as never)).toThrow(/did you mean 'schema'/);
  });
});
