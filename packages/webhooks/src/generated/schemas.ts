// Generated from openapi.yaml by scripts/generate. Do not edit: change the source and run `npm run generate`.
export interface components {
    schemas: {
        VideoUploadedData: {
            videoId: string;
            title: string;
            /** @description Ruling: bytes. */
            size: number;
            /** @description Ruling: seconds. */
            duration: number;
            /** @description `mp4`, or another container. */
            format: string;
            userId: string;
            /** @description `processing`, or another. */
            status: string;
        };
        VideoProcessedData: {
            videoId: string;
            /** @description `ready`, or another. */
            status: string;
            formats: components["schemas"]["VideoFormat"][];
            thumbnailUrl: string;
            /** @description Ruling: seconds. */
            processingTime: number;
        };
        VideoFormat: {
            /** @description `1080p`, `720p`, or another. */
            quality: string;
            url: string;
            /** @description Ruling: bytes. */
            size: number;
        };
        UserRegisteredData: {
            userId: string;
            email: string;
            username: string;
            firstName: string;
            lastName: string;
            /** @description `email`, or another. */
            registrationMethod: string;
        };
        CommentCreatedData: {
            commentId: string;
            videoId: string;
            userId: string;
            content: string;
            /** @description The comment answered. Ruling: a string when it is not null. */
            parentId: string | null;
            /** @description RFC 3339 with a zone. */
            createdAt: string;
        };
        /** @description A payload the guide does not show. */
        OpenData: {
            [key: string]: unknown;
        };
    };
}

/** Delivered name → its `data`. */
export interface EventDataMap {
    'video.uploaded': components['schemas']['VideoUploadedData'];
    'video.processed': components['schemas']['VideoProcessedData'];
    'video.published': components['schemas']['OpenData'];
    'video.updated': components['schemas']['OpenData'];
    'video.deleted': components['schemas']['OpenData'];
    'user.created': components['schemas']['OpenData'];
    'user.registered': components['schemas']['UserRegisteredData'];
    'user.updated': components['schemas']['OpenData'];
    'user.deleted': components['schemas']['OpenData'];
    'engagement.view': components['schemas']['OpenData'];
    'engagement.like': components['schemas']['OpenData'];
    'engagement.comment': components['schemas']['OpenData'];
    'comment.created': components['schemas']['CommentCreatedData'];
    'system.error': components['schemas']['OpenData'];
    'system.warning': components['schemas']['OpenData'];
}
