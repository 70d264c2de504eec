import { effect, signal } from '@preact/signals-core';
import type { Store } from './store.ts';

/** Two epochs a second. */
const STEP_MS = 500;

/** Walks through the epochs. It never runs ahead of what has arrived. */
export class Player {
  readonly playing = signal(false);

  constructor(private readonly store: Store) {}

  toggle(): void {
    const { main, selection } = this.store;
    const all = main.steps.peek();
    if (all.length < 2) return;
    if (!this.playing.peek() && selection.peek()?.step === all[all.length - 1]) this.store.select({ step: all[0] });
    this.playing.value = !this.playing.peek();
  }

  /** One epoch further or back; the first and the last stay. */
  move(by: number): void {
    const steps = this.store.main.steps.peek();
    const now = steps.indexOf(this.store.selection.peek()?.step ?? NaN);
    const next = steps[Math.min(Math.max(0, now + by), steps.length - 1)];
    if (now >= 0 && next !== steps[now]) this.store.select({ step: next });
  }

  start(): () => void {
    return effect(() => {
      if (!this.playing.value || !this.store.visible.value) return;
      const timer = setInterval(() => this.advance(), STEP_MS);
      return () => clearInterval(timer);
    });
  }

  private advance(): void {
    const { activity, text } = this.store.main;
    if (activity.peek().state === 'loading' || text.peek().state === 'loading') return;
    this.move(1);
    const steps = this.store.main.steps.peek();
    if (this.store.selection.peek()?.step === steps[steps.length - 1]) this.playing.value = false;
  }
}
