// Generated from openapi.yaml by scripts/generate. Do not edit: change the source and run `npm run generate`.
/** The paths of the management API, as `openapi-typescript` writes them: method → operation. */
export interface paths {
    "/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the webhooks of the account
         * @description Ruling: in the order of creation. Without `limit` every webhook is answered, as the guide says.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Register a webhook
         * @description Ruling: the answer's status is 201; the guide shows only its body. Two webhooks may share a URL.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of a webhook, `whk_…`.
                 * @example whk_123456
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        get?: never;
        /**
         * Change a webhook
         * @description Only the members given are changed. Ruling: `status` may be set to `active`, which re-activates a `failed` webhook for new events and revives nothing old; the answer is 200 with the webhook; an empty object changes nothing.
         */
        put: operations["updateWebhook"];
        post?: never;
        /**
         * Delete a webhook
         * @description Ruling: the answer is 200 with the id; deleting it again is 404.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of a webhook, `whk_…`.
                 * @example whk_123456
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        /**
         * History of deliveries to a webhook
         * @description Ruling: the latest first; without `limit` at most 100. `total` counts all of them, whatever the page.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of a webhook, `whk_…`.
                 * @example whk_123456
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test delivery
         * @description Ruling: every delivered name may be tested, whether the webhook is subscribed to it or not.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "video.uploaded": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new video was uploaded */
        post: operations["onVideoUploaded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "video.processed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Processing of a video finished */
        post: operations["onVideoProcessed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "video.published": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A video was published
         * @description The guide names this event and shows no payload. The example is illustrative, of ids in the guide's vocabulary.
         */
        post: operations["onVideoPublished"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "video.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Metadata of a video changed
         * @description The guide names this event and shows no payload. The example is illustrative, of ids in the guide's vocabulary.
         */
        post: operations["onVideoUpdated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "video.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A video was deleted
         * @description The guide names this event and shows no payload. The example is illustrative, of ids in the guide's vocabulary.
         */
        post: operations["onVideoDeleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "user.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new user was created
         * @description The guide names this event and shows no payload. The example is illustrative, of ids in the guide's vocabulary.
         */
        post: operations["onUserCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "user.registered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new user was registered (delivered for subscriptions to user.created)
         * @description The guide shows this payload but does not list the name among the events one may subscribe to. Ruling: it is the name under which a subscription to `user.created` is delivered. A receiver must know both names.
         */
        post: operations["onUserRegistered"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "user.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The profile of a user changed
         * @description The guide names this event and shows no payload. The example is illustrative, of ids in the guide's vocabulary.
         */
        post: operations["onUserUpdated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "user.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A user was deleted
         * @description The guide names this event and shows no payload. The example is illustrative, of ids in the guide's vocabulary.
         */
        post: operations["onUserDeleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "engagement.view": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A video was viewed
         * @description The guide names this event and shows no payload. The example is illustrative, of ids in the guide's vocabulary.
         */
        post: operations["onEngagementView"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "engagement.like": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A video was liked
         * @description The guide names this event and shows no payload. The example is illustrative, of ids in the guide's vocabulary.
         */
        post: operations["onEngagementLike"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "engagement.comment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A comment was published
         * @description The guide names this event and shows no payload. The example is illustrative, of ids in the guide's vocabulary.
         */
        post: operations["onEngagementComment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "comment.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A comment was published (delivered for subscriptions to engagement.comment)
         * @description The guide shows this payload but does not list the name among the events one may subscribe to. Ruling: it is the name under which a subscription to `engagement.comment` is delivered. A receiver must know both names.
         */
        post: operations["onCommentCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "system.error": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A system error occurred
         * @description The guide names this event and shows no payload. The example is illustrative, of ids in the guide's vocabulary.
         */
        post: operations["onSystemError"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "system.warning": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A system warning was raised
         * @description The guide names this event and shows no payload. The example is illustrative, of ids in the guide's vocabulary.
         */
        post: operations["onSystemWarning"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
/** The schemas, parameters and answers of the management API, by name. */
export interface components {
    schemas: {
        /**
         * Format: date-time
         * @description RFC 3339 with a zone.
         * @example 2024-03-31T12:00:00Z
         */
        Timestamp: string;
        /**
         * @description An event one may subscribe to.
         * @enum {string}
         */
        EventType: "video.uploaded" | "video.processed" | "video.published" | "video.updated" | "video.deleted" | "user.created" | "user.updated" | "user.deleted" | "engagement.view" | "engagement.like" | "engagement.comment" | "system.error" | "system.warning";
        /**
         * @description A name a delivery may carry. Ruling: `user.registered` and `comment.created`, whose payloads the guide shows, are the delivered names of `user.created` and `engagement.comment`.
         * @enum {string}
         */
        DeliveredEventType: "video.uploaded" | "video.processed" | "video.published" | "video.updated" | "video.deleted" | "user.created" | "user.registered" | "user.updated" | "user.deleted" | "engagement.view" | "engagement.like" | "engagement.comment" | "comment.created" | "system.error" | "system.warning";
        /**
         * Format: uri
         * @description Where deliveries go. Use HTTPS. Ruling: credentials in the URL are refused, and a server may refuse `http:`.
         * @example https://your-server.com/webhooks
         */
        WebhookUrl: string;
        /** @description Key of the signature, its UTF-8 bytes. Ruling: never given back by any answer; a blank one is refused. */
        Secret: string;
        /** @description Ruling: at least one, none twice. */
        SubscribedEvents: components["schemas"]["EventType"][];
        WebhookCreate: {
            url: components["schemas"]["WebhookUrl"];
            events: components["schemas"]["SubscribedEvents"];
            secret: components["schemas"]["Secret"];
        };
        /** @description The members to change. */
        WebhookUpdate: {
            url?: components["schemas"]["WebhookUrl"];
            events?: components["schemas"]["SubscribedEvents"];
            secret?: components["schemas"]["Secret"];
            /**
             * @description Ruling: re-activates a `failed` webhook. No other value may be set.
             * @enum {string}
             */
            status?: "active";
        };
        TestRequest: {
            event: components["schemas"]["DeliveredEventType"];
        };
        Webhook: {
            /**
             * @description `whk_…`
             * @example whk_123456
             */
            id: string;
            /** @example https://your-server.com/webhooks */
            url: string;
            events: components["schemas"]["EventType"][];
            /**
             * @description `active`, `failed` (six failures of one delivery), or a value not documented yet.
             * @example active
             */
            status: string;
            createdAt: components["schemas"]["Timestamp"];
            lastDelivery?: components["schemas"]["LastDelivery"];
        };
        /** @description Absent until something was delivered. */
        LastDelivery: {
            success: boolean;
            timestamp: components["schemas"]["Timestamp"];
        };
        Delivery: {
            /**
             * @description `del_…`
             * @example del_123456
             */
            id: string;
            /**
             * @description The delivered name of the event.
             * @example video.processed
             */
            event: string;
            /**
             * @description `success`, `failed`, `pending` (Ruling: attempts remain), or a value not documented yet.
             * @example success
             */
            status: string;
            /**
             * @description Status of the last answer; absent when there was none.
             * @example 200
             */
            responseCode?: number;
            timestamp: components["schemas"]["Timestamp"];
            /** @description Attempts after the first. */
            retries: number;
            /** @description Why the last attempt failed. */
            error?: string;
        };
        TestResult: {
            /** @example del_123458 */
            deliveryId: string;
            /**
             * @description `sent`, or a value not documented yet.
             * @example sent
             */
            status: string;
        };
        /** @description Ruling: give it as `cursor` for the next page. Absent on the last one. */
        NextCursor: string;
        WebhookResponse: {
            /** @constant */
            success: true;
            data: components["schemas"]["Webhook"];
        };
        WebhookListResponse: {
            /** @constant */
            success: true;
            data: {
                items: components["schemas"]["Webhook"][];
                nextCursor?: components["schemas"]["NextCursor"];
            };
        };
        WebhookDeletedResponse: {
            /** @constant */
            success: true;
            data: {
                id: string;
                /** @constant */
                deleted: true;
            };
        };
        DeliveryListResponse: {
            /** @constant */
            success: true;
            data: {
                items: components["schemas"]["Delivery"][];
                total: number;
                nextCursor?: components["schemas"]["NextCursor"];
            };
        };
        TestResponse: {
            /** @constant */
            success: true;
            data: components["schemas"]["TestResult"];
        };
        /**
         * @description Ruling: what went wrong, for programs.
         * @enum {string}
         */
        ErrorCode: "invalid_json" | "invalid_parameter" | "unauthorized" | "not_found" | "body_too_large" | "unsupported_media_type" | "validation_failed" | "rate_limited" | "internal_error";
        ErrorDetail: {
            /** @description The member at fault, joined with dots: `url`, `events.1`; empty for the whole body. */
            path: string;
            message: string;
        };
        /** @description Ruling: the body of every answer that is not a success. */
        ErrorResponse: {
            /** @constant */
            success: false;
            error: {
                code: components["schemas"]["ErrorCode"];
                /** @description For people; not to be matched on. */
                message: string;
                details?: components["schemas"]["ErrorDetail"][];
            };
        };
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
        VideoUploadedEvent: {
            /** @constant */
            event: "video.uploaded";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["VideoUploadedData"];
        };
        VideoProcessedEvent: {
            /** @constant */
            event: "video.processed";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["VideoProcessedData"];
        };
        VideoPublishedEvent: {
            /** @constant */
            event: "video.published";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["OpenData"];
        };
        VideoUpdatedEvent: {
            /** @constant */
            event: "video.updated";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["OpenData"];
        };
        VideoDeletedEvent: {
            /** @constant */
            event: "video.deleted";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["OpenData"];
        };
        UserCreatedEvent: {
            /** @constant */
            event: "user.created";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["OpenData"];
        };
        UserRegisteredEvent: {
            /** @constant */
            event: "user.registered";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["UserRegisteredData"];
        };
        UserUpdatedEvent: {
            /** @constant */
            event: "user.updated";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["OpenData"];
        };
        UserDeletedEvent: {
            /** @constant */
            event: "user.deleted";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["OpenData"];
        };
        EngagementViewEvent: {
            /** @constant */
            event: "engagement.view";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["OpenData"];
        };
        EngagementLikeEvent: {
            /** @constant */
            event: "engagement.like";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["OpenData"];
        };
        EngagementCommentEvent: {
            /** @constant */
            event: "engagement.comment";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["OpenData"];
        };
        CommentCreatedEvent: {
            /** @constant */
            event: "comment.created";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["CommentCreatedData"];
        };
        SystemErrorEvent: {
            /** @constant */
            event: "system.error";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["OpenData"];
        };
        SystemWarningEvent: {
            /** @constant */
            event: "system.warning";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["OpenData"];
        };
    };
    responses: {
        /** @description Ruling: the body is not JSON (`invalid_json`), or a query parameter is not valid (`invalid_parameter`). */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "invalid_json",
                 *         "message": "The body is not JSON."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Ruling: the bearer token is missing or not valid. */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "unauthorized",
                 *         "message": "A valid bearer token is required."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Ruling: there is no webhook of this id. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "not_found",
                 *         "message": "There is no such webhook."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Ruling: the request body is too large. */
        BodyTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "body_too_large",
                 *         "message": "The body is too large."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Ruling: the request body is not `application/json`. */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "unsupported_media_type",
                 *         "message": "Send application/json."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Ruling: the body is JSON, but not what the operation takes. `details` says where and why. */
        ValidationFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "validation_failed",
                 *         "message": "The request is not valid.",
                 *         "details": [
                 *           {
                 *             "path": "events.0",
                 *             "message": "Unknown event \"video.upload\"."
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Ruling: too many requests. */
        RateLimited: {
            headers: {
                /** @description When to try again, in seconds or as an HTTP date. */
                "Retry-After"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "rate_limited",
                 *         "message": "Too many requests."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Ruling: the fault is on the side of VideoCloud. */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "internal_error",
                 *         "message": "Something went wrong."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Any 2xx ends the delivery as a success. Answer fast, work afterwards. */
        DeliveryAccepted: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The delivery is tried again, six attempts in all. */
        DeliveryRefused: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
    };
    parameters: {
        /**
         * @description Id of a webhook, `whk_…`.
         * @example whk_123456
         */
        WebhookId: string;
        /** @description Ruling: the largest number of items in the answer. Anything but an integer from 1 to 100 is 400 `invalid_parameter`. */
        Limit: number;
        /** @description Ruling: `nextCursor` of the page before, opaque. One that this list did not give is 400 `invalid_parameter`. */
        Cursor: string;
        /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
        Signature: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
/** The operations of the management API and the deliveries of each event, by `operationId`. */
export interface operations {
    listWebhooks: {
        parameters: {
            query?: {
                /** @description Ruling: the largest number of items in the answer. Anything but an integer from 1 to 100 is 400 `invalid_parameter`. */
                limit?: components["parameters"]["Limit"];
                /** @description Ruling: `nextCursor` of the page before, opaque. One that this list did not give is 400 `invalid_parameter`. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhooks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "whk_123456",
                     *             "url": "https://your-server.com/webhooks",
                     *             "events": [
                     *               "video.uploaded",
                     *               "video.processed",
                     *               "video.published"
                     *             ],
                     *             "status": "active",
                     *             "createdAt": "2024-03-31T12:00:00Z",
                     *             "lastDelivery": {
                     *               "success": true,
                     *               "timestamp": "2024-03-31T12:05:00Z"
                     *             }
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookListResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://your-server.com/webhooks",
                 *       "events": [
                 *         "video.uploaded",
                 *         "video.processed",
                 *         "video.published"
                 *       ],
                 *       "secret": "your_webhook_secret"
                 *     }
                 */
                "application/json": components["schemas"]["WebhookCreate"];
            };
        };
        responses: {
            /** @description The registered webhook. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "whk_123456",
                     *         "url": "https://your-server.com/webhooks",
                     *         "events": [
                     *           "video.uploaded",
                     *           "video.processed",
                     *           "video.published"
                     *         ],
                     *         "status": "active",
                     *         "createdAt": "2024-03-31T12:00:00Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of a webhook, `whk_…`.
                 * @example whk_123456
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "events": [
                 *         "video.uploaded",
                 *         "video.processed",
                 *         "video.published",
                 *         "video.deleted"
                 *       ],
                 *       "secret": "new_webhook_secret"
                 *     }
                 */
                "application/json": components["schemas"]["WebhookUpdate"];
            };
        };
        responses: {
            /** @description The webhook after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "whk_123456",
                     *         "url": "https://your-server.com/webhooks",
                     *         "events": [
                     *           "video.uploaded",
                     *           "video.processed",
                     *           "video.published",
                     *           "video.deleted"
                     *         ],
                     *         "status": "active",
                     *         "createdAt": "2024-03-31T12:00:00Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of a webhook, `whk_…`.
                 * @example whk_123456
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook is gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "whk_123456",
                     *         "deleted": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDeletedResponse"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description Ruling: the largest number of items in the answer. Anything but an integer from 1 to 100 is 400 `invalid_parameter`. */
                limit?: components["parameters"]["Limit"];
                /** @description Ruling: `nextCursor` of the page before, opaque. One that this list did not give is 400 `invalid_parameter`. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description Id of a webhook, `whk_…`.
                 * @example whk_123456
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The deliveries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "items": [
                     *           {
                     *             "id": "del_123456",
                     *             "event": "video.processed",
                     *             "status": "success",
                     *             "responseCode": 200,
                     *             "timestamp": "2024-03-31T12:05:00Z",
                     *             "retries": 0
                     *           },
                     *           {
                     *             "id": "del_123457",
                     *             "event": "video.published",
                     *             "status": "failed",
                     *             "responseCode": 500,
                     *             "timestamp": "2024-03-31T12:10:00Z",
                     *             "retries": 5,
                     *             "error": "Server responded with 500 status code"
                     *           }
                     *         ],
                     *         "total": 2
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DeliveryListResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of a webhook, `whk_…`.
                 * @example whk_123456
                 */
                id: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "video.processed"
                 *     }
                 */
                "application/json": components["schemas"]["TestRequest"];
            };
        };
        responses: {
            /** @description The test delivery was sent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "deliveryId": "del_123458",
                     *         "status": "sent"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["TestResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
        };
    };
    onVideoUploaded: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "video.uploaded",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "videoId": "vid_123456",
                 *         "title": "Моё видео",
                 *         "size": 10485760,
                 *         "duration": 120,
                 *         "format": "mp4",
                 *         "userId": "usr_123456",
                 *         "status": "processing"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["VideoUploadedEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onVideoProcessed: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "video.processed",
                 *       "timestamp": "2024-03-31T12:05:00Z",
                 *       "data": {
                 *         "videoId": "vid_123456",
                 *         "status": "ready",
                 *         "formats": [
                 *           {
                 *             "quality": "1080p",
                 *             "url": "https://stream.videocloud.com/v/123456/1080p",
                 *             "size": 52428800
                 *           },
                 *           {
                 *             "quality": "720p",
                 *             "url": "https://stream.videocloud.com/v/123456/720p",
                 *             "size": 26214400
                 *           }
                 *         ],
                 *         "thumbnailUrl": "https://thumb.videocloud.com/v/123456",
                 *         "processingTime": 300
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["VideoProcessedEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onVideoPublished: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "video.published",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "videoId": "vid_123456",
                 *         "userId": "usr_123456"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["VideoPublishedEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onVideoUpdated: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "video.updated",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "videoId": "vid_123456",
                 *         "userId": "usr_123456"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["VideoUpdatedEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onVideoDeleted: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "video.deleted",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "videoId": "vid_123456",
                 *         "userId": "usr_123456"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["VideoDeletedEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onUserCreated: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "user.created",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "userId": "usr_123456"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UserCreatedEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onUserRegistered: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "user.registered",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "userId": "usr_123456",
                 *         "email": "user@example.com",
                 *         "username": "username",
                 *         "firstName": "Иван",
                 *         "lastName": "Иванов",
                 *         "registrationMethod": "email"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UserRegisteredEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onUserUpdated: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "user.updated",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "userId": "usr_123456"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UserUpdatedEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onUserDeleted: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "user.deleted",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "userId": "usr_123456"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UserDeletedEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onEngagementView: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "engagement.view",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "videoId": "vid_123456",
                 *         "userId": "usr_123456"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EngagementViewEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onEngagementLike: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "engagement.like",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "videoId": "vid_123456",
                 *         "userId": "usr_123456"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EngagementLikeEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onEngagementComment: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "engagement.comment",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "commentId": "com_123456",
                 *         "videoId": "vid_123456",
                 *         "userId": "usr_123456"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EngagementCommentEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onCommentCreated: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "comment.created",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "commentId": "com_123456",
                 *         "videoId": "vid_123456",
                 *         "userId": "usr_123456",
                 *         "content": "Отличное видео!",
                 *         "parentId": null,
                 *         "createdAt": "2024-03-31T12:00:00Z"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["CommentCreatedEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onSystemError: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "system.error",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "videoId": "vid_123456"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SystemErrorEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
    onSystemWarning: {
        parameters: {
            query?: never;
            header: {
                /** @description HMAC-SHA256 of the raw bytes of the body, keyed with the webhook's secret, as 64 hex digits. */
                "X-VideoCloud-Signature": components["parameters"]["Signature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "system.warning",
                 *       "timestamp": "2024-03-31T12:00:00Z",
                 *       "data": {
                 *         "videoId": "vid_123456"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SystemWarningEvent"];
            };
        };
        responses: {
            "2XX": components["responses"]["DeliveryAccepted"];
            "4XX": components["responses"]["DeliveryRefused"];
            "5XX": components["responses"]["DeliveryRefused"];
        };
    };
}
