import type { DeliveryView, ExportFormat } from '../../protocol.js';
import { Refusal } from '../refusals.js';
import { har } from './har.js';
import { httpFile } from './http-file.js';
import { ndjson } from './ndjson.js';
import { shellFile } from './shell-file.js';
import { vitestFile } from './vitest-file.js';

interface Exported {
  readonly type: string;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Format {
  readonly type: string;
  readonly extension: string;
  readonly write: (deliveries: readonly DeliveryView[]) => string | Uint8Array<ArrayBuffer>;
}

const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  har: { type: 'application/json', extension: 'har', write: har },
  ndjson: { type: 'application/x-ndjson', extension: 'ndjson', write: ndjson },
  http: { type: 'application/octet-stream', extension: 'http', write: httpFile },
  curl: { type: 'text/x-shellscript; charset=utf-8', extension: 'sh', write: shellFile },
  vitest: { type: 'text/plain; charset=utf-8', extension: 'test.ts', write: vitestFile },
};

// Of the bodies in one file, in base64.
const MOST_BYTES = 64 * 1024 * 1024;

/** The deliveries with these ids; throws Refusal where their file would be too large. */
export function collected(ids: readonly string[], detailOf: (id: string) => DeliveryView): DeliveryView[] {
  let size = 0;
  return ids.map((id) => {
    const delivery = detailOf(id);
    size += sizeOf(delivery);
    if (size > MOST_BYTES) throw new Refusal('export_big', { values: { most: MOST_BYTES } });
    return delivery;
  });
}

/** A file repeats the body for each attempt. */
const sizeOf = ({ body, attempts }: DeliveryView): number =>
  attempts.reduce((sum, { response }) => sum + body.length + (response?.body.length ?? 0), body.length);

/** Deliveries as a file of a format. */
export function exported(format: ExportFormat, deliveries: readonly DeliveryView[]): Exported {
  const { type, extension, write } = FORMATS[format];
  const content = write(deliveries);
  const [only] = deliveries;
  const name = deliveries.length === 1 && only !== undefined ? only.id.replace(/[^\w-]/g, '_') : 'deliveries';
  return {
    type,
    name: `${name}.${extension}`,
    bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
  };
}
