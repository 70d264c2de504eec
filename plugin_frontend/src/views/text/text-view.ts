import { signal } from '@preact/signals-core';
import { css, html, nothing, type PropertyValues } from 'lit';
import type { TokenText } from '../../data/types.ts';
import type { ExportTable } from '../../ui/export/export-table.ts';
import type { Hits } from '../../ui/draw/text-find.ts';
import { bestStretch, chosenFinding, middleOf } from '../../state/best-stretch.ts';
import { matchStyle } from '../../ui/match-buttons.ts';
import { segmentStyle } from '../../ui/panel-style.ts';
import { controls } from '../../ui/theme.ts';
import { chipStyle } from '../../ui/unit-legend.ts';
import { View } from '../../ui/view.ts';
import { valueOrStale, type Change, type ComparedRecording } from '../../state/store.ts';
import { categoryStyle } from './category-legend.ts';
import { readFrame } from './frame.ts';
import { nextMatch, nextPlace } from '../../ui/draw/feature-matches.ts';
import { pinnedToken, pinToken } from '../../state/pinned-token.ts';
import { sameText } from '../../state/same-text.ts';
import { rowOf } from '../../state/unit-rows.ts';
import { makeScheme } from './scheme.ts';
import { Searcher } from './searcher.ts';
import { momentOf, showsStillHeld } from '../../ui/text/still-held.ts';
import { readPair, sideOf, sidesOf } from './pair.ts';
import type { PairSide } from './pair-text.ts';
import { textFoot } from './text-foot.ts';
import { textHead } from './text-head.ts';
import { textTable } from './text-numbers.ts';
import './text-pane.ts';
import type { PointedToken, TextPane } from './text-pane.ts';
import { Typesetter } from '../../ui/text/typesetter.ts';

const CARD_GAP = 6;

/** Feature, finding and tokens that the text is scrolled to. */
interface Shown {
  readonly feature: string;
  /** Key of the finding; empty if the chosen unit is none. */
  readonly finding: string;
  /** Chosen tokens as text; empty if there are none. */
  readonly tokens: string;
}

/** Token to scroll to for a feature, a finding or chosen tokens. */
interface Destination {
  readonly shown: Shown;
  /** True if a part of it lies within a span of tokens. */
  isIn(span: readonly [first: number, end: number]): boolean;
  /** Token to scroll to if it is out of view. */
  readonly token: number;
  /** True if no other part of it does. */
  readonly isExact: boolean;
}

/**
 * Text on the colours of the chosen unit.
 * Compared recordings stand beside each other.
 */
export class TextView extends View {
  /** The token under the pointer in this view, and the pane it is in. */
  private readonly pointed = signal<{ readonly token: number; readonly pane: number } | null>(null);
  private readonly typesetter = new Typesetter();
  private readonly searcher = new Searcher();
  /** Feature, finding and tokens for which the text was scrolled last. */
  private shown: Shown = { feature: '', finding: '', tokens: '' };
  private destination: Destination | null = null;
  /**
   * First token in view before the text scrolled to a finding.
   * Null if it was not scrolled.
   */
  private readonly origin = signal<number | null>(null);
  private opened = false;
  private moment: number | null = null;
  /** Direction to walk as soon as the search ends; null if none is pending. */
  private walk: 1 | -1 | null = null;
  /** Unit that was chosen last on each side of a pair, by probe. */
  private readonly lastChosen = new Map<string, Change>();

  static override styles = [
    controls,
    segmentStyle,
    categoryStyle,
    matchStyle,
    chipStyle,
    css`
      :host {
        display: block;
        min-width: 0;
        min-height: 0;
        height: 100%;
        position: relative;
        container-type: size;
      }
      .all {
        display: flex;
        flex-direction: column;
        height: 100%;
        min-height: 0;
      }
      .head {
        position: relative;
      }
      .head,
      .foot {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        padding: 4px 8px;
        flex: none;
        font-size: 12px;
        min-width: 0;
      }
      .foot {
        color: var(--rv-muted);
        min-height: 24px;
      }
      .still-held {
        flex: 0 0 100%;
        min-width: 0;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .still-held b {
        color: var(--rv-ink);
      }
      .push {
        margin-left: auto;
      }
      label {
        display: inline-flex;
        align-items: center;
        gap: 4px;
      }
      label select {
        max-width: 180px;
      }
      .panes {
        flex: 1 1 0;
        min-height: 0;
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: minmax(0, 1fr);
        border-block: 1px solid var(--rv-line);
      }
      .panes.many {
        grid-auto-flow: row;
        grid-template-columns: repeat(var(--columns), minmax(0, 1fr));
        grid-auto-rows: minmax(0, 1fr);
      }
      rv-text-pane {
        border-left: 1px solid var(--rv-line);
        margin-left: -1px;
      }
      .many rv-text-pane {
        border-top: 1px solid var(--rv-line);
        margin-top: -1px;
      }
      rv-token-card {
        position: absolute;
        z-index: 5;
        visibility: hidden;
      }
      rv-token-card.hover {
        pointer-events: none;
      }
      .prompt {
        border: 0 solid var(--rv-ink);
        border-width: 1.5px 1.5px 0 0;
        padding: 0 3px;
        color: var(--rv-ink);
      }
      .wrong {
        border-bottom: 2px dashed var(--rv-error);
        color: var(--rv-error);
      }
      .strips {
        display: inline-flex;
        flex-wrap: wrap;
        gap: 4px;
        align-items: center;
      }
      @container (max-width: 560px) {
        .panes {
          grid-auto-flow: row;
          grid-auto-columns: auto;
          grid-auto-rows: minmax(0, 1fr);
        }
        .panes.many {
          grid-template-columns: repeat(min(2, var(--columns)), minmax(0, 1fr));
        }
        rv-text-pane + rv-text-pane {
          border-top: 1px solid var(--rv-line);
        }
      }
      @container (max-height: 260px) {
        .all {
          overflow: hidden auto;
        }
        .panes {
          min-height: 96px;
        }
      }
    `,
  ];

  override render() {
    const { store, recordings, searcher } = this;
    const selection = store.selection.value;
    if (!selection || !recordings.length) return nothing;
    const moment = this.findMoment();
    const scheme = makeScheme(store, recordings, moment);
    const hits = this.look();
    this.destination = this.findDestination();
    const card = this.card;
    const many = recordings.length > 3;
    return html`
      <div class="all">
        <div class="head">
          ${textHead(store, recordings, {
            searcher,
            toMatch: this.toMatch,
            toHit: this.toHit,
            goBack: this.origin.value === null ? null : this.goBack,
            switchSide: (side) => this.switchSide(side, null),
          })}
        </div>
        <div class="panes ${many ? 'many' : ''}" data-figure style=${`--columns:${Math.ceil(recordings.length / 2)}`}>
          ${recordings.map(
            (recording, pane) =>
              html`<rv-text-pane
                .store=${store}
                .recording=${recording}
                .scheme=${scheme}
                .typesetter=${this.typesetter}
                .hits=${this.samePlaces(recording) ? (hits ?? this.markedIn(recording)) : null}
                .hit=${searcher.hit.value}
                label=${recordings.length > 1 ? recording.label : ''}
                @rv-token=${(event: CustomEvent<PointedToken>) => this.tokenPointed(event.detail, pane)}
                @rv-laid-out=${() => this.laidOut()}
                @rv-scroll=${(event: CustomEvent<number>) => this.scrolled(event.detail, pane)}
              ></rv-text-pane>`,
          )}
        </div>
        <div class="foot" data-figure>${textFoot(store, recordings, scheme, moment)}</div>
      </div>
      ${
        card
          ? html`<rv-token-card
              class=${card.pinned ? '' : 'hover'}
              .store=${store}
              .recordings=${this.carded}
              .token=${card.token}
              .pinned=${card.pinned}
              @rv-release=${() => pinToken(store, null)}
            ></rv-token-card>`
          : nothing
      }
    `;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Loaded beside the first picture, which needs no card.
    void import('../../ui/text/token-card.ts').then(() => this.placeCard());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.searcher.end();
  }

  override exportTable(): ExportTable | null {
    const { store, recordings } = this;
    if (!store.selection.peek() || !recordings.length) return null;
    const scheme = makeScheme(store, recordings, this.findMoment());
    return textTable(
      store,
      recordings,
      recordings.map((recording) => readFrame(store, recording, scheme)),
      scheme.moment,
    );
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const selection = this.store.selection.peek();
    if (selection) this.showChosen();
    if (this.walk && this.searcher.results.peek().state === 'found') this.toHit(this.walk);
    void this.placeCard();
  }

  /** Text as it is printed: of a pair the lines of both sides. */
  private printedText(recording: ComparedRecording): TokenText | null {
    const pair = readPair(this.store, recording);
    if (pair === 'loading') return null;
    return pair?.printed ?? valueOrStale(recording.data.text.value);
  }

  /** Tokens that another view marks; null while a text is searched for. */
  private markedIn(recording: ComparedRecording): Hits | null {
    const isText = this.printedText(recording) === valueOrStale(recording.data.text.value);
    return isText && this.store.option('find').value === '' ? this.store.marked.value : null;
  }

  /** Looks in the first text for what was typed. */
  private look(): Hits | null {
    const text = this.printedText(this.recording);
    if (text) this.searcher.look(text, this.store.option('find').value);
    const results = this.searcher.results.value;
    return results.state === 'found' ? results.hits : null;
  }

  /** Token of what is still held; the last one while the pointer is on none. */
  private findMoment(): number | null {
    this.moment = showsStillHeld(this.store) ? (momentOf(this.store) ?? this.moment) : null;
    return this.moment;
  }

  private samePlaces(recording: ComparedRecording): boolean {
    const [first, own] = [this.printedText(this.recording), this.printedText(recording)];
    return first !== null && own !== null && sameText(first, own);
  }

  private laidOut(): void {
    const pinned = pinnedToken(this.store);
    if (!this.opened && pinned !== null) this.panes[0].reveal(pinned);
    this.opened = true;
    this.showChosen();
    void this.placeCard();
  }

  private get panes(): TextPane[] {
    return [...this.renderRoot.querySelectorAll<TextPane>('rv-text-pane')];
  }

  private get card(): { token: number; pane: number; pinned: boolean } | null {
    const pointed = this.pointed.value;
    const pinned = pinnedToken(this.store);
    if (pinned !== null && (!pointed || pointed.token === pinned)) return { token: pinned, pane: 0, pinned: true };
    // The text before the pointer stays free.
    const isCovering = pinned === null && showsStillHeld(this.store);
    return pointed && !isCovering ? { ...pointed, pinned: false } : null;
  }

  /** Beside a difference stand the two that it is of. */
  private get carded(): readonly ComparedRecording[] {
    return this.recording.data.difference ? [this.recording, ...this.store.comparedRecordings.value] : this.recordings;
  }

  private tokenPointed({ token, partner, unit, lasting }: PointedToken, pane: number): void {
    const sides = sidesOf(this.store, this.recording);
    if (lasting && partner !== null && sides)
      return this.switchSide(sideOf(sides, this.recording) === 'source' ? 'target' : 'source', partner);
    if (lasting) return pinToken(this.store, token === pinnedToken(this.store) ? null : token);
    this.pointed.value = token === null ? null : { token, pane };
    this.store.hoverOver({ token, partner, unit });
  }

  /** Gives the colours to a side of a pair, with the unit that was chosen there last. */
  private switchSide(side: PairSide, token: number | null): void {
    const sides = sidesOf(this.store, this.recording);
    const selection = this.store.selection.peek();
    if (!sides || !selection || sides[side].probe === selection.probe) return;
    const { layer, quantity, unit, units, feature } = selection;
    this.lastChosen.set(selection.probe, { layer, quantity, unit, units, feature });
    const { probe } = sides[side];
    const open = { layer: undefined, quantity: undefined, unit: undefined, units: [], feature: undefined };
    this.pointed.value = null;
    this.store.hoverOver({ token: null, partner: null, unit: null });
    this.store.select({ probe, tokens: null, ...(this.lastChosen.get(probe) ?? open) });
    pinToken(this.store, token);
  }

  /** Pins a token and goes there; once more when the text is set anew. */
  show(token: number): void {
    pinToken(this.store, token);
    this.opened = false;
    this.panes[0]?.reveal(token);
  }

  /** Pins the next match after the pinned token, else after those in view. */
  readonly toMatch = (direction: 1 | -1): void => {
    const mask = valueOrStale(this.recording.data.mask.peek());
    const [pane] = this.panes;
    if (!mask || !pane) return;
    const from = pinnedToken(this.store) ?? pane.first - direction;
    const token = nextMatch(mask, from, direction);
    if (token < 0) return;
    pinToken(this.store, token);
    pane.reveal(token);
  };

  /** Scrolls to the next hit after the last one, else after the tokens in view. */
  readonly toHit = (direction: 1 | -1): void => {
    const results = this.searcher.results.peek();
    const [pane] = this.panes;
    this.walk = results.state === 'searching' ? direction : null;
    if (results.state !== 'found' || !pane) return;
    const { first } = results.hits;
    const hit = this.searcher.hit.peek();
    const next =
      hit < 0
        ? nextPlace(first, pane.firstIndex - direction, direction)
        : (hit + direction + first.length) % first.length;
    this.searcher.hit.value = next;
    if (next >= 0) pane.revealIndex(first[next]);
  };

  private scrolled(top: number, from: number): void {
    this.panes.forEach((pane, i) => {
      if (i !== from) pane.top = top;
    });
    void this.placeCard();
  }

  /**
   * Scrolls to newly chosen tokens, or to where a newly chosen finding shows best.
   * Without one, to the first match of a newly chosen feature.
   */
  private showChosen(): void {
    const [pane] = this.panes;
    const span = pane?.span;
    const { destination } = this;
    if (!destination || !span) return;
    const isFirst = this.shown.feature === '';
    this.shown = destination.shown;
    this.destination = null;
    const isInView = destination.isIn(span);
    if (isFirst && (isInView || pinnedToken(this.store) !== null)) return;
    const token = isInView && !destination.isExact ? -1 : destination.token;
    const before = pane.first;
    if (token < 0 || !pane.reveal(token)) return;
    this.origin.value = isFirst ? null : before;
  }

  /**
   * Token to scroll to for the selection.
   * Null while its data are loading, or if it is in view already.
   */
  private findDestination(): Destination | null {
    const { store, recording } = this;
    const { data } = recording;
    const selection = store.selection.value!;
    const { feature } = selection;
    const finding = chosenFinding(data.findings.value, selection, data.unit.value);
    const key = finding ? JSON.stringify([finding.layer, finding.quantity, finding.unit]) : '';
    const tokens = selection.tokens?.join(' ') ?? '';
    const next = { feature, finding: key, tokens };
    if (selection.tokens && tokens !== this.shown.tokens) {
      const [first, end] = selection.tokens;
      return { shown: next, isIn: (span) => first < span[1] && end > span[0], token: first, isExact: false };
    }
    this.shown = { ...this.shown, tokens };
    if (feature === this.shown.feature && (!key || key === this.shown.finding)) return null;
    const matches = data.mask.value;
    if (matches.state !== 'ready') return null;
    const mask = matches.value;
    const row = finding && rowOf(store, data, finding.unit, mask.length);
    if (row?.state === 'loading') return null;
    const stretch = row?.state === 'ready' ? bestStretch(row.value, mask, finding!.effect) : null;
    return {
      shown: next,
      isIn: (span) => mask.subarray(...span).includes(1),
      token: stretch ? middleOf(stretch) : mask.indexOf(1),
      isExact: stretch !== null,
    };
  }

  /** Scrolls back to where the text stood before a finding was chosen. */
  private readonly goBack = (): void => {
    if (this.origin.value !== null && this.panes[0]) this.panes[0].first = this.origin.value;
    this.origin.value = null;
  };

  /** Under its token, or above it, always whole within the view. */
  private async placeCard(): Promise<void> {
    const card = this.renderRoot.querySelector<HTMLElement & { updateComplete: Promise<boolean> }>('rv-token-card');
    const shownCard = this.card;
    if (!card || !shownCard) return;
    await card.updateComplete;
    const rect = this.panes[shownCard.pane]?.rectOf(shownCard.token);
    card.style.visibility = rect ? 'visible' : 'hidden';
    if (!rect) return;
    const box = this.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = card;
    const below = rect.bottom + CARD_GAP;
    const fitsBelow = below + height <= window.innerHeight;
    const top = fitsBelow ? below : Math.max(4, rect.top - CARD_GAP - height);
    card.style.left = `${Math.max(4, Math.min(rect.left - box.left, box.width - width - 4))}px`;
    card.style.top = `${top - box.top}px`;
  }
}
customElements.define('rv-text-view', TextView);
