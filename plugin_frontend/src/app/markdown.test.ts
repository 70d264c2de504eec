import { describe, expect, it } from 'vitest';
import { anchorOf, rendered } from './markdown.ts';

const pages = new Set(['tab.md', 'analysis/errors.md']);
const show = (markdown: string, path = 'tab.md') => {
  const page = document.createElement('div');
  page.innerHTML = rendered(markdown, path, pages);
  return page;
};

describe('a page of the docs', () => {
  it('keeps markup as text', () => {
    const page = show('<img src=x onerror=alert(1)> <script>alert(1)</script>\n\n[x](javascript:alert(1))');
    expect(page.querySelectorAll('img, script, a[href^="javascript"]').length).toBe(0);
    expect(page.textContent).toContain('<script>');
  });

  it('has anchors as code hosts make them', () => {
    expect(show('## The *text*, and more').querySelector('h2')!.id).toBe('the-text-and-more');
    expect(anchorOf('B − A')).toBe('b--a');
  });

  it('leads to other pages within, from wherever it stands', () => {
    const page = show('[errors](errors.md#shares) [tab](../tab.md)', 'analysis/errors.md');
    expect([...page.querySelectorAll('a')].map(({ dataset }) => dataset.page)).toEqual([
      'analysis/errors.md#shares',
      'tab.md',
    ]);
  });

  it('has no link to what is not here, and opens the rest of the world elsewhere', () => {
    const page = show('[code](../tb_rnnviz/tensorboard/plugin.py) [paper](https://example.org/a.pdf)');
    expect(page.querySelectorAll('a[href]').length).toBe(1);
    expect(page.querySelector('a[href]')).toMatchObject({ target: '_blank', rel: 'noopener noreferrer' });
  });

  it('takes pictures from beside it', () => {
    expect(show('![a](../images/a.png)', 'analysis/errors.md').querySelector('img')!.getAttribute('src')).toBe(
      'static/docs/images/a.png',
    );
  });
});
