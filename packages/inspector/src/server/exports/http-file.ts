import type { AttemptView, DeliveryView } from '../../protocol.js';

const LINE = '\r\n';

/** The last attempt of each delivery as raw HTTP, separated as editors expect it. */
export function httpFile(deliveries: readonly DeliveryView[]): Uint8Array<ArrayBuffer> {
  const parts = deliveries.flatMap((delivery, index) => {
    const attempt = delivery.attempts.at(-1);
    if (attempt === undefined) return [];
    const body = Buffer.from(delivery.body, 'base64');
    return [Buffer.from(`${index === 0 ? '' : `${LINE}${LINE}###${LINE}`}${head(attempt, body.length)}`), body];
  });
  return Uint8Array.from(Buffer.concat(parts));
}

function head({ request }: AttemptView, length: number): string {
  const url = new URL(request.url);
  const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]));
  const has = (name: string) => [...headers.keys()].some((key) => key.toLowerCase() === name);
  if (!has('content-length')) headers.set('Content-Length', String(length));
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  return [`POST ${url.href} HTTP/1.1`, ...(has('host') ? [] : [`Host: ${url.host}`]), ...lines, '', ''].join(LINE);
}
