import { signal, type Signal } from '@preact/signals-core';
import type { ViewContext } from '../../state/store.ts';
import { between, extendRange, type Range } from './brush.ts';
import { pinnedToken, pinToken } from '../../state/pinned-token.ts';

/** Interface of the text pane for gestures. */
export interface Ground {
  readonly store: ViewContext;
  readonly scroller: HTMLElement;
  /** Number of tokens; 0 until they are set in lines. */
  readonly tokens: number;
  /** The first token in view. */
  readonly first: number;
  /** The nearest token to a point of the window, or -1. */
  near(event: MouseEvent): number;
  /** The nearest token in the line above or below that of a token. */
  nearInNextLine(token: number, by: -1 | 1): number;
  reveal(token: number): void;
}

const EDGE = 24;
const LINE_KEYS: Readonly<Record<string, -1 | 1>> = { ArrowUp: -1, ArrowDown: 1 };
const TOKEN_KEYS: Readonly<Record<string, -1 | 1>> = { ArrowLeft: -1, ArrowRight: 1 };

/** Selection of a token range by shift with drag or arrows; arrows move the pin. */
export class Gestures {
  /** The stretch while it is drawn. */
  readonly draft: Signal<Range | null> = signal<Range | null>(null);
  private anchor: number | null = null;
  /** True if the press that is about to become a click has chosen a range. */
  private used = false;

  constructor(private readonly ground: Ground) {}

  /** True if a click ends the drawing of a range; resets itself. */
  took(): boolean {
    const { used } = this;
    this.used = false;
    return used;
  }

  readonly pressed = (event: MouseEvent): void => {
    this.used = event.shiftKey && event.button === 0;
    if (!this.used) return;
    event.preventDefault();
    this.ground.scroller.focus({ preventScroll: true });
    const token = this.ground.near(event);
    if (token < 0) return;
    this.anchor = token;
    this.draft.value = between(token, token);
    window.addEventListener('mousemove', this.drawn);
    window.addEventListener('mouseup', this.released, { once: true });
  };

  private readonly drawn = (event: MouseEvent): void => {
    const { scroller } = this.ground;
    const { top, bottom } = scroller.getBoundingClientRect();
    if (event.clientY > bottom - EDGE) scroller.scrollTop += EDGE;
    else if (event.clientY < top + EDGE) scroller.scrollTop -= EDGE;
    this.draft.value = between(this.anchor!, this.ground.near(event));
  };

  /** A press that has not moved reaches from the pinned token. */
  private readonly released = (): void => {
    window.removeEventListener('mousemove', this.drawn);
    const pinned = pinnedToken(this.ground.store);
    const drawn = this.draft.peek()!;
    const tokens = drawn[1] - drawn[0] === 1 && pinned !== null ? between(pinned, drawn[0]) : drawn;
    this.ground.store.select({ tokens });
    this.draft.value = null;
  };

  readonly keyed = (event: KeyboardEvent): void => {
    const { store, tokens: count } = this.ground;
    const tokens = store.selection.peek()?.tokens ?? null;
    if (!count || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && tokens) store.select({ tokens: null });
    else if (event.shiftKey && (TOKEN_KEYS[event.key] || LINE_KEYS[event.key])) this.extend(tokens, event.key);
    else if (TOKEN_KEYS[event.key]) this.step(TOKEN_KEYS[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private extend(tokens: Range | null, key: string): void {
    const { ground } = this;
    const { store } = ground;
    const anchor = pinnedToken(store) ?? tokens?.[0] ?? ground.first;
    const by = TOKEN_KEYS[key];
    const move = (token: number) => (by ? token + by : ground.nearInNextLine(token, LINE_KEYS[key]));
    const next = extendRange(tokens, anchor, move, ground.tokens);
    store.select({ tokens: next });
    ground.reveal(next[0] === anchor ? next[1] - 1 : next[0]);
  }

  private step(by: -1 | 1): void {
    const pinned = pinnedToken(this.ground.store);
    const token = pinned === null ? this.ground.first : Math.min(this.ground.tokens - 1, Math.max(0, pinned + by));
    pinToken(this.ground.store, token);
    this.ground.reveal(token);
  }
}
