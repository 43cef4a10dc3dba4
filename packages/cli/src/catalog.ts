import { DELIVERED_EVENT_TYPES, type DeliveredEventType } from '@videocloud/webhooks';
import { usage } from './failure.js';

/** What each delivered name means. */
export const MEANINGS: Readonly<Record<DeliveredEventType, string>> = {
  'video.uploaded': 'A new video was uploaded',
  'video.processed': 'Processing of a video finished',
  'video.published': 'A video was published',
  'video.updated': 'Metadata of a video changed',
  'video.deleted': 'A video was deleted',
  'user.created': 'A new user was created',
  'user.registered': 'A new user was registered (delivered for subscriptions to user.created)',
  'user.updated': 'The profile of a user changed',
  'user.deleted': 'A user was deleted',
  'engagement.view': 'A video was viewed',
  'engagement.like': 'A video was liked',
  'engagement.comment': 'A comment was published',
  'comment.created': 'A comment was published (delivered for subscriptions to engagement.comment)',
  'system.error': 'A system error occurred',
  'system.warning': 'A system warning was raised',
};

/** A delivered name; anything else ends the command with the names that come near. */
export function deliveredName(text: string): DeliveredEventType {
  const name = DELIVERED_EVENT_TYPES.find((known) => known === text);
  if (name !== undefined) return name;
  const [group, verb] = text.split('.');
  const near = DELIVERED_EVENT_TYPES.filter(
    (known) => known.startsWith(`${group}.`) || (verb && known.endsWith(`.${verb}`)),
  );
  const hint = near.length > 0 ? `there are ${near.join(', ')}` : 'see `videocloud-webhooks types`';
  throw usage(`unknown event ${JSON.stringify(text.slice(0, 64))}: ${hint}`);
}
