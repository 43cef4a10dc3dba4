// Generated from openapi.yaml by scripts/generate. Do not edit: change the source and run `npm run generate`.
import type { EventDataMap } from './schemas.js';

type Examples = { readonly [T in keyof EventDataMap]: { event: T; timestamp: string; data: EventDataMap[T] } };

/**
 * One complete event for each delivered name. Those of video.uploaded, video.processed, user.registered, comment.created are the guide's;
 * the guide shows no payload for the others, and theirs are illustrative.
 */
export const EXAMPLES: Examples = {
  'video.uploaded': {
    event: "video.uploaded",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      videoId: "vid_123456",
      title: "Моё видео",
      size: 10485760,
      duration: 120,
      format: "mp4",
      userId: "usr_123456",
      status: "processing"
    }
  },
  'video.processed': {
    event: "video.processed",
    timestamp: "2024-03-31T12:05:00Z",
    data: {
      videoId: "vid_123456",
      status: "ready",
      formats: [
        {
          quality: "1080p",
          url: "https://stream.videocloud.com/v/123456/1080p",
          size: 52428800
        },
        {
          quality: "720p",
          url: "https://stream.videocloud.com/v/123456/720p",
          size: 26214400
        }
      ],
      thumbnailUrl: "https://thumb.videocloud.com/v/123456",
      processingTime: 300
    }
  },
  'video.published': {
    event: "video.published",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      videoId: "vid_123456",
      userId: "usr_123456"
    }
  },
  'video.updated': {
    event: "video.updated",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      videoId: "vid_123456",
      userId: "usr_123456"
    }
  },
  'video.deleted': {
    event: "video.deleted",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      videoId: "vid_123456",
      userId: "usr_123456"
    }
  },
  'user.created': {
    event: "user.created",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      userId: "usr_123456"
    }
  },
  'user.registered': {
    event: "user.registered",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      userId: "usr_123456",
      email: "user@example.com",
      username: "username",
      firstName: "Иван",
      lastName: "Иванов",
      registrationMethod: "email"
    }
  },
  'user.updated': {
    event: "user.updated",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      userId: "usr_123456"
    }
  },
  'user.deleted': {
    event: "user.deleted",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      userId: "usr_123456"
    }
  },
  'engagement.view': {
    event: "engagement.view",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      videoId: "vid_123456",
      userId: "usr_123456"
    }
  },
  'engagement.like': {
    event: "engagement.like",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      videoId: "vid_123456",
      userId: "usr_123456"
    }
  },
  'engagement.comment': {
    event: "engagement.comment",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      commentId: "com_123456",
      videoId: "vid_123456",
      userId: "usr_123456"
    }
  },
  'comment.created': {
    event: "comment.created",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      commentId: "com_123456",
      videoId: "vid_123456",
      userId: "usr_123456",
      content: "Отличное видео!",
      parentId: null,
      createdAt: "2024-03-31T12:00:00Z"
    }
  },
  'system.error': {
    event: "system.error",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      videoId: "vid_123456"
    }
  },
  'system.warning': {
    event: "system.warning",
    timestamp: "2024-03-31T12:00:00Z",
    data: {
      videoId: "vid_123456"
    }
  },
};
