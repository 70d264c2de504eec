import { signal, type Signal } from '@preact/signals-core';
import type { Link } from './link.ts';

/** A word of a link where it is one of those that mean something; the first one otherwise. */
export function oneOf<T extends string>(words: readonly [T, ...T[]], word: string): T {
  return words.find((known) => known === word) ?? words[0];
}

/** How things are shown: words by name, part of the link wherever they are not the usual ones. */
export class UrlSettings {
  private readonly known = new Map<string, { readonly word: Signal<string>; readonly usual: string }>();
  private link: Link = {};
  private readonly count = signal(0);

  /** The option of this name; asking again gives the same signal. */
  get(name: string, usual: string): Signal<string> {
    let option = this.known.get(name);
    if (!option) {
      option = { word: signal(this.link[name] ?? usual), usual };
      this.known.set(name, option);
      queueMicrotask(() => this.count.value++);
    }
    return option.word;
  }

  read(link: Link): void {
    this.link = link;
    for (const [name, { word, usual }] of this.known) word.value = link[name] ?? usual;
  }

  /** What differs from the usual. Watches every option. */
  write(): Link {
    this.count.value;
    return Object.fromEntries(
      [...this.known]
        .filter(([, { word, usual }]) => word.value !== usual)
        .map(([name, { word }]) => [name, word.value]),
    );
  }
}
