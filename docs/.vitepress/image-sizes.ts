// An image of a page has its size in the markup, so that the text below it does not move when it arrives.
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MarkdownRenderer } from 'vitepress';

const DOCS = fileURLToPath(new URL('..', import.meta.url));

/** Width and height of a PNG: two numbers of its first chunk (RFC 2083, 11.2.1). */
function sizeOf(file: string): readonly [width: number, height: number] {
  const head = Buffer.alloc(24);
  const handle = openSync(file, 'r');
  readSync(handle, head, 0, 24, 0);
  closeSync(handle);
  return [head.readUInt32BE(16), head.readUInt32BE(20)];
}

/** A markdown-it plugin. */
export function imageSizes(md: MarkdownRenderer): void {
  md.core.ruler.push('image-sizes', ({ tokens, env }) => {
    for (const image of tokens.flatMap(({ children }) => children ?? [])) {
      const src = image.type === 'image' ? (image.attrGet('src') ?? '') : '';
      if (!/^[^/:]+(?:\/[^:]*)?\.png$/.test(src)) continue;
      const [width, height] = sizeOf(join(DOCS, env.relativePath, '..', src));
      image.attrSet('width', String(width));
      image.attrSet('height', String(height));
    }
  });
}
