import type { DesiredWebhook } from '@videocloud/webhooks-client';

/** The subscriptions this service needs. Change them here; the pipeline applies them. */
export function subscriptions(publicUrl: string, secret: string | undefined): DesiredWebhook[] {
  return [
    {
      url: new URL('/webhooks/videos', publicUrl).href,
      events: ['video.uploaded', 'video.processed', 'video.published', 'video.deleted'],
      secret,
    },
    { url: new URL('/webhooks/users', publicUrl).href, events: ['user.created', 'user.deleted'], secret },
  ];
}
