/** Tests run with Lit's development build on purpose; its greeting is no finding. */
(globalThis as { litIssuedWarnings?: Set<string> }).litIssuedWarnings = new Set(['dev-mode']);

/** The words of an element, apart where its parts are. */
export const renderedText = (node: Node | null): string => wordsOf(node!).replace(/\s+/g, ' ').trim();

const wordsOf = (node: Node): string =>
  [...node.childNodes]
    .map((child) => (child.nodeType === 3 ? child.textContent : child.nodeType === 1 ? ` ${wordsOf(child)} ` : ''))
    .join('');
