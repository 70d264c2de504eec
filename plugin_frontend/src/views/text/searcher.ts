import { signal, type Signal } from '@preact/signals-core';
import { runningText } from '../../ui/draw/running-text.ts';
import { patternOf, type Hits } from '../../ui/draw/text-find.ts';
import { findSetting } from '../../ui/draw/tokens.ts';
import type { TokenText } from '../../data/types.ts';
import type { Answer, Order } from './find-worker.ts';
import { sameText } from '../../state/same-text.ts';

/** State of a search. */
export type Found =
  | { readonly state: 'nothing' }
  | { readonly state: 'searching' }
  | { readonly state: 'failed'; readonly why: string }
  | { readonly state: 'found'; readonly hits: Hits };

type Work = Pick<Worker, 'postMessage' | 'terminate'> & {
  onmessage: ((event: MessageEvent<Answer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
};

/** A pattern that needs longer is given up. */
export const TIME_LIMIT_MS = 1000;
const TOO_LONG = 'The search took too long and was ended. A simpler expression may do.';

const startWorker = (): Work => new Worker(new URL('./find-worker.ts', import.meta.url), { type: 'module' }) as Work;

/** Search for text or a regular expression in a worker, with a time limit. */
export class Searcher {
  readonly results: Signal<Found> = signal<Found>({ state: 'nothing' });
  /** The hit that was gone to, or -1. */
  readonly hit: Signal<number> = signal(-1);

  private work: Work | null = null;
  /** The text that the worker has. */
  private read: TokenText | null = null;
  private asked: { readonly text: TokenText; readonly typed: string } | null = null;
  private id = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly start: () => Work = startWorker) {}

  /** Looks for what was typed; asking the same again does nothing. */
  look(text: TokenText, typed: string): void {
    const before = this.asked;
    this.asked = { text, typed };
    if (before?.typed === typed && sameText(before.text, text)) return;
    this.hit.value = -1;
    if (this.results.peek().state === 'searching') this.end();
    const pattern = typed ? patternOf(typed) : null;
    if (!pattern) this.results.value = { state: 'nothing' };
    else if (typeof pattern === 'string') this.results.value = { state: 'failed', why: pattern };
    else {
      this.results.value = { state: 'searching' };
      this.send(text, { id: ++this.id, pattern });
    }
  }

  /** Ends the worker, and forgets what was asked. */
  end(): void {
    clearTimeout(this.timer);
    this.work?.terminate();
    this.work = this.read = null;
    if (this.results.peek().state === 'searching') this.asked = null;
  }

  private send(text: TokenText, order: Order): void {
    if (!this.work) {
      this.work = this.start();
      this.work.onmessage = ({ data }) => this.answered(data);
      this.work.onerror = () => this.fail('The search broke off.');
    }
    if (!this.read || !sameText(this.read, text)) {
      this.read = text;
      this.work.postMessage(runningText(text, findSetting(text.table)));
    }
    this.work.postMessage(order);
  }

  private answered({ id, hits }: Answer): void {
    if (id !== this.id) return;
    clearTimeout(this.timer);
    if (hits) this.results.value = { state: 'found', hits };
    else this.timer = setTimeout(() => this.fail(TOO_LONG), TIME_LIMIT_MS);
  }

  private fail(why: string): void {
    this.results.value = { state: 'failed', why };
    this.end();
  }
}
