import { createReceiver, memoryStore } from '@videocloud/webhooks';

const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
  idempotency: memoryStore(), // of this container only: give redisStore(client) or postgresStore(pool)
  handlerTimeout: 8_000, // below the timeout of the function
});

receiver.on('video.processed', (event) => {
  console.log(`${event.data.videoId} is ready`);
});

/** What API Gateway (payload formats 1.0 and 2.0), a function URL and a load balancer have in common. */
interface HttpEvent {
  readonly httpMethod?: string | undefined;
  readonly requestContext?: object | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | null | undefined;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null | undefined;
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean | undefined;
}

export async function handler(event: HttpEvent) {
  const headers = new Headers();
  // Format 1.0 shows only the last of several values in `headers`: a second signature must not go unnoticed.
  for (const [name, value] of Object.entries(event.multiValueHeaders ?? event.headers ?? {})) {
    // A header that is not ASCII is no reason to fail, nor a valid signature.
    for (const one of [value ?? []].flat()) headers.append(name, one.replaceAll(/[^\x20-\x7e]/g, '?'));
  }
  const { http } = (event.requestContext ?? {}) as { http?: { method: string } }; // format 2.0
  const method = http?.method ?? event.httpMethod ?? 'POST';
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const request = new Request('https://lambda.invalid/webhooks', {
    method,
    headers,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
  const response = await receiver.fetch(request);
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}
