import type { Link } from '../../state/link.ts';

const PREFIX = 'p.rnnviz.';
const TAB = 'rnnviz';

const decode = (word: string): string => {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
};

const split = (hash: string) => hash.replace(/^#/, '').split('&').filter(Boolean);

/** The tab's part of TensorBoard's address, `#rnnviz&p.rnnviz.run=…`. */
export function readHash(hash: string): Link {
  const pairs = split(hash).filter((part) => part.startsWith(PREFIX) && part.includes('='));
  return Object.fromEntries(
    pairs.map((part) => {
      const middle = part.indexOf('=');
      return [decode(part.slice(PREFIX.length, middle)), decode(part.slice(middle + 1).replaceAll('+', ' '))];
    }),
  );
}

/** The address with the tab's part replaced; everything else in it stays. */
export function writeHash(hash: string, link: Link): string {
  const others = split(hash).filter((part) => !part.startsWith(PREFIX));
  if (!others.length || others[0].includes('=')) others.unshift(TAB);
  const own = Object.entries(link).map(
    ([key, word]) => `${PREFIX}${encodeURIComponent(key)}=${encodeURIComponent(word)}`,
  );
  return `#${[...others, ...own].join('&')}`;
}

/**
 * True if this address shows the tab.
 * The address of another tab says nothing about ours.
 */
export function isOurs(hash: string): boolean {
  const first = split(hash)[0];
  return first === undefined || first === TAB || first.startsWith(PREFIX);
}
