import MarkdownIt from 'markdown-it';

const HERE = 'static/docs/';
const BASE = 'https://docs.invalid/';

/** The words of a heading as an anchor, as code hosts make it. */
export const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

/**
 * HTML of a page at `path`.
 * Markup in the text stays text. Links to the `pages` have `data-page`, pictures come from beside the page; links
 * elsewhere in the project become text, for their targets are not here.
 */
export function rendered(markdown: string, path: string, pages: ReadonlySet<string>): string {
  const writer = new MarkdownIt({ html: false, linkify: false });
  const resolve = (to: string) => new URL(to, BASE + path);
  const inner = (url: URL) => (url.href.startsWith(BASE) ? url.href.slice(BASE.length) : null);
  writer.core.ruler.push('addresses', ({ tokens }) => {
    tokens.forEach((token, i) => {
      if (token.type === 'heading_open') token.attrSet('id', anchorOf(tokens[i + 1].content));
      for (const child of token.children ?? []) {
        if (child.type === 'image') {
          const picture = inner(resolve(String(child.attrGet('src') ?? '')));
          child.attrSet('src', picture === null ? '' : HERE + picture);
        } else if (child.type === 'link_open') {
          const address = inner(resolve(String(child.attrGet('href') ?? '')));
          if (address !== null) {
            const [page] = address.split('#');
            child.attrs = pages.has(page)
              ? [
                  ['href', '#'],
                  ['data-page', address],
                ]
              : [['title', page]];
          } else {
            child.attrSet('target', '_blank');
            child.attrSet('rel', 'noopener noreferrer');
          }
        }
      }
    });
  });
  return writer.render(markdown);
}
