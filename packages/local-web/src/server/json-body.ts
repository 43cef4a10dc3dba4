import { ByteCollector } from '../byte-collector.js';
import { ApiError } from './api-error.js';

const LIMIT = 64 * 1024;
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?;?$/i;

/** Reads a JSON body strictly: media type, size while reading, UTF-8, syntax. */
export async function readJson(request: Request, limit = LIMIT): Promise<unknown> {
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) {
    throw new ApiError('unsupported_media_type', 'Send the body as application/json.');
  }
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity') {
    throw new ApiError('unsupported_media_type', 'Send the body without Content-Encoding.');
  }
  const bytes = await readLimited(request, limit);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    // The parser's own message quotes the body, and with it perhaps the secret.
    throw new ApiError('invalid_json', 'The body is not JSON in UTF-8.');
  }
}

/** Reads a body into one buffer, so that it costs about its own size in whatever pieces it comes. */
async function readLimited(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = new ApiError('body_too_large', `The body is larger than ${limit} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge;
  if (request.body === null) return new Uint8Array();
  const bytes = new ByteCollector(limit);
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      // The client hung up: nobody's fault here, and nothing to report.
      throw new ApiError('invalid_json', 'The body broke off before its end.');
    });
    if (done) return bytes.take();
    // A stream of another realm may hold anything.
    const chunk: unknown = value;
    if (!ArrayBuffer.isView(chunk) || bytes.length + chunk.byteLength > limit) {
      await reader.cancel().catch(() => undefined);
      if (ArrayBuffer.isView(chunk)) throw tooLarge;
      throw new ApiError('invalid_json', 'The body is not a stream of bytes.');
    }
    bytes.add(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }
}
