/** Tests run with Lit's development build on purpose; its greeting is no finding. */
(globalThis as { litIssuedWarnings?: Set<string> }).litIssuedWarnings = new Set(['dev-mode']);

const PANEL = 'rv-state-panel';

/**
 * Text of an element, with spaces between its parts.
 * Panels for loading, failed and empty are included.
 */
export const renderedText = (node: Node | null): string => wordsOf(node!).replace(/\s+/g, ' ').trim();

/** Content of the first panel for loading, failed or empty; null if there is none. */
export const panelIn = (root: ParentNode): ShadowRoot | null => root.querySelector(PANEL)?.shadowRoot ?? null;

/** Clicks the button of the first panel that has one. */
export const pressPanel = (root: ParentNode): void =>
  [...root.querySelectorAll(PANEL)]
    .flatMap(({ shadowRoot }) => [...shadowRoot!.querySelectorAll('button')])
    .at(0)!
    .click();

const wordsOf = (node: Node): string => {
  const panel = node.nodeName.toLowerCase() === PANEL ? (node as Element).shadowRoot : null;
  return [...(panel ?? node).childNodes]
    .map((child) => (child.nodeType === 3 ? child.textContent : child.nodeType === 1 ? ` ${wordsOf(child)} ` : ''))
    .join('');
};
