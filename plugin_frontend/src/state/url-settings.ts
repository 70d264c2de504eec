import { signal, type Signal } from '@preact/signals-core';
import type { Link } from './link.ts';
import { parseSetting, SETTINGS, type SettingName, type SettingSignal } from './settings.ts';

/** Settings as signals, and their part of the link: those not at their defaults. */
export class UrlSettings {
  private readonly signals = new Map<SettingName, Signal<string>>();
  private link: Link = {};
  private readonly count = signal(0);

  /** `defaults` are those that depend on the host, instead of the registry's. */
  constructor(private readonly defaults: Partial<Record<SettingName, string>> = {}) {}

  /** The signal of a setting; the same one for the same name. */
  get<K extends SettingName>(name: K): SettingSignal<K> {
    let word = this.signals.get(name);
    if (!word) {
      word = signal(parseSetting(name, this.link[name], this.defaultOf(name)));
      this.signals.set(name, word);
      queueMicrotask(() => this.count.value++);
    }
    return word as Signal<string> as SettingSignal<K>;
  }

  read(link: Link): void {
    this.link = link;
    for (const [name, word] of this.signals) word.value = parseSetting(name, link[name], this.defaultOf(name));
  }

  /** Words that differ from the defaults. Watches every setting that was asked for. */
  write(): Link {
    this.count.value;
    return Object.fromEntries(
      [...this.signals]
        .filter(([name, word]) => word.value !== this.defaultOf(name))
        .map(([name, word]) => [name, word.value]),
    );
  }

  private defaultOf(name: SettingName): string {
    return this.defaults[name] ?? SETTINGS[name].default;
  }
}
