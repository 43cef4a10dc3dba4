import type { ExportFormat, Filters } from '../protocol.js';
import { refuse } from './state/api.js';

/** Deliveries by their ids, or the latest that match. */
export type Exported = { readonly ids: readonly string[] } | { readonly filters: Filters };

/** Downloads deliveries as one file. */
export async function download(format: ExportFormat, what: Exported): Promise<void> {
  const response = await fetch('/api/export', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ format, ...what }),
  });
  if (!response.ok) return refuse(response);
  const name = /filename="([\w.-]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name ?? 'deliveries';
  link.click();
  URL.revokeObjectURL(url);
}
