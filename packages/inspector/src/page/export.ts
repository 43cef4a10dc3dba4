import type { ExportFormat, Filters } from '../protocol.js';
import { request } from './state/api.js';

/** Deliveries by their ids, or the latest that match. */
export type Exported = { readonly ids: readonly string[] } | { readonly filters: Filters };

/** Downloads deliveries as one file. */
export async function download(format: ExportFormat, what: Exported): Promise<void> {
  const { name, file } = await request('POST', '/export', { format, ...what }, async (response) => ({
    name: /filename="([\w.-]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1],
    file: await response.blob(),
  }));
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name ?? 'deliveries';
  link.click();
  URL.revokeObjectURL(url);
}
