import { effect, signal, type Signal } from '@preact/signals-core';

const PREFIX = 'rnnviz.';

/**
 * Settings that this browser keeps between visits.
 * Without storage, they last until the page is left.
 */
export class PersistedSettings {
  private readonly settings = new Map<string, Signal<string>>();

  /** A word of this name; empty at first. */
  word(name: string): Signal<string> {
    let word = this.settings.get(name);
    if (!word) {
      word = signal(read(name));
      this.settings.set(name, word);
      const setting = word;
      effect(() => write(name, setting.value));
    }
    return word;
  }

  /** Stored values of these names. */
  words(names: readonly string[]): Record<string, string> {
    return Object.fromEntries(names.map((name) => [name, this.word(name).peek()]).filter(([, word]) => word));
  }

  /** True if the explanation of a view has been read. */
  explained(view: string): { value: boolean } {
    const word = this.word(`explained.${view}`);
    return {
      get value() {
        return word.value === 'yes';
      },
      set value(yes) {
        word.value = yes ? 'yes' : '';
      },
    };
  }
}

function read(name: string): string {
  try {
    return localStorage.getItem(PREFIX + name) ?? '';
  } catch {
    return '';
  }
}

function write(name: string, word: string): void {
  try {
    if (word) localStorage.setItem(PREFIX + name, word);
    else localStorage.removeItem(PREFIX + name);
  } catch {
    // A browser that keeps nothing is no reason to stop.
  }
}
