// docs/receive/type-more-events.md against the packed declarations: a payload that the guide does not show gets a type.
import { createReceiver, type EventOf, isEvent, parseEvent } from '@videocloud/webhooks';

interface Watched {
  videoId: string;
}
interface View extends Watched {
  seconds: number;
}
declare class Failure {
  readonly reason?: string;
}

declare module '@videocloud/webhooks' {
  interface EventDataMap {
    'engagement.view': View;
    'system.error': Failure;
    'user.created': { userId: string; plan: 'free' | 'paid' };
  }
}

createReceiver({ secrets: 'a' })
  .on('engagement.view', ({ data }) => {
    const seconds: number = data.seconds;
    // @ts-expect-error not of this payload
    return void [seconds, data.missing];
  })
  .on('engagement.*', (event) => {
    if (event.event === 'engagement.view') event.data.videoId.trim();
    // @ts-expect-error an event that is not registered stays open
    if (event.event === 'engagement.like') event.data.videoId.trim();
  })
  .on('system.error', ({ data }) => data.reason?.trim())
  .on('video.deleted', ({ data: { anything } }) => anything)
  .on('video.processed', ({ data }) => data.formats.length);

export function use(bytes: Uint8Array): number | undefined {
  const event = parseEvent(bytes);
  switch (event.event) {
    case 'engagement.view':
      return event.data.seconds;
    case 'user.created':
      // @ts-expect-error no such plan
      if (event.data.plan === 'gold') return 0;
      return event.data.plan.length;
    default:
      return undefined;
  }
}

export function secondsOf(value: unknown): number | undefined {
  return isEvent(value, 'engagement.view') ? value.data.seconds : undefined;
}

export const view: EventOf<'engagement.view'>['data'] = { videoId: 'vid_1', seconds: 3 };
// @ts-expect-error a member is missing
export const wrong: EventOf<'engagement.view'>['data'] = { videoId: 'vid_1' };
