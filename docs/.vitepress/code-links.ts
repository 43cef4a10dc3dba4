// A code of an error or of a doctor's cause in a page's text leads to its page.
import type { MarkdownRenderer } from 'vitepress';
import { isCauseCode } from './facts/causes.js';
import { isErrorCode } from './facts/errors.js';

/** The address of a code's page; null for other text. Some codes are both: the doctor's pages mean the cause. */
function addressOf(code: string, page: string): string | null {
  // Words such as `closed` are codes of the inbox, and ordinary words.
  if (!/^[a-z0-9]+(?:_[a-z0-9]+)+$/.test(code) || page.endsWith(`/${code}.md`)) return null;
  const asCause = isCauseCode(code) && (!isErrorCode(code) || /doctor|causes|why-did/.test(page));
  if (!asCause && !isErrorCode(code)) return null;
  return `/${page.startsWith('ru/') ? 'ru/' : ''}reference/${asCause ? 'causes' : 'errors'}/${code}.md`;
}

/** A markdown-it plugin: inline code that is a code becomes a link, but in headings and links. */
export function codeLinks(md: MarkdownRenderer): void {
  md.core.ruler.push('code-links', ({ tokens, env, Token }) => {
    for (const [at, { type, children }] of tokens.entries()) {
      if (type !== 'inline' || children === null || tokens[at - 1]?.type === 'heading_open') continue;
      let inLink = 0;
      for (let i = 0; i < children.length; i++) {
        const token = children[i];
        if (token === undefined) break;
        if (token.type === 'link_open') inLink++;
        if (token.type === 'link_close') inLink--;
        const address =
          token.type === 'code_inline' && inLink === 0 ? addressOf(token.content, env.relativePath) : null;
        if (address === null) continue;
        const open = new Token('link_open', 'a', 1);
        open.attrSet('href', address);
        children.splice(i, 1, open, token, new Token('link_close', 'a', -1));
        i += 2;
      }
    }
  });
}
