import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { GalleryUnit, TokenCount } from '../../data/gallery.ts';
import type { Activity, Digest, TokenText } from '../../data/types.ts';
import { CELL_STATE } from '../../state/activity-colors.ts';
import type { Colormap } from '../../state/colormap.ts';
import { findLimit } from '../../state/limits.ts';
import { valueOrStale, type ComparedRecording, type Loadable, type ViewContext } from '../../state/store.ts';
import { visible } from '../../state/visible-characters.ts';
import { formatCount, spaced } from '../../ui/format.ts';
import '../../ui/legend.ts';
import { SignalElement } from '../../ui/signal-element.ts';
import { loadablePanel } from '../../ui/state-panel.ts';
import { excerptOf } from '../../ui/text/excerpt.ts';
import { signalPiece } from '../../ui/signal-piece.ts';
import { stepLabel } from '../../state/signal-time.ts';
import '../../ui/text/text-excerpt.ts';
import type { Typesetter } from '../../ui/text/typesetter.ts';
import { controls } from '../../ui/theme.ts';
import { latest } from '../../ui/view-part.ts';
import { piecesOf, type Piece } from './pieces.ts';
import { ablationOf, evidenceOf, namesOf } from './sentences.ts';
import { ablatedFinding, kindSince } from './unit-kinds.ts';
import { wordingOf } from '../../state/wording.ts';

const WAITING = { state: 'loading', stale: null } as const;

/** Card of a unit: a piece of text coloured by it, its kind, its evidence. */
export class GalleryCard extends SignalElement {
  static override properties = {
    store: { attribute: false },
    recording: { attribute: false },
    unit: { attribute: false },
    typesetter: { attribute: false },
    swatch: {},
    inSight: { attribute: false },
    index: { state: true },
  };
  declare store: ViewContext;
  declare recording: ComparedRecording;
  declare unit: GalleryUnit;
  declare typesetter: Typesetter;
  /** Colour of the kind in the picture of the kinds. */
  declare swatch: string;
  /** False while the card is scrolled out of sight: then it reads nothing. */
  declare inSight: boolean;
  /** Piece of text that is shown. */
  declare private index: number;
  /** Activity when the card was last in sight. */
  private lastActivity: Loadable<Activity> = WAITING;

  private readonly pieces = latest(piecesOf);
  private readonly excerpt = latest((text: TokenText, piece: Piece) => excerptOf(text, piece.range));

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        min-width: 0;
        min-height: 150px;
        font-size: 12px;
        border: 1px solid var(--rv-line);
        border-radius: 4px;
        background: var(--rv-page);
        overflow: hidden;
      }
      :host([chosen]) {
        border-color: var(--rv-accent);
        box-shadow: inset 3px 0 var(--rv-accent);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        gap: 0 8px;
        align-items: baseline;
        padding: 4px 10px 2px;
      }
      .open {
        border: 0;
        padding: 0 2px;
        margin-left: -2px;
        font-weight: 500;
        white-space: normal;
        text-align: left;
        height: auto;
      }
      .open:hover {
        text-decoration: underline;
      }
      .kind {
        display: inline-flex;
        gap: 5px;
        align-items: center;
      }
      .kind i {
        width: 10px;
        height: 10px;
        border-radius: 2px;
      }
      .push {
        margin-left: auto;
      }
      .text {
        cursor: pointer;
        min-height: 24px;
      }
      .steps {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 8px;
        align-items: center;
        padding: 2px 10px;
        color: var(--rv-muted);
      }
      .names {
        font-weight: 500;
      }
      .steps button {
        height: 20px;
        padding: 0 7px;
      }
      p {
        margin: 0;
        padding: 1px 10px;
        overflow-wrap: anywhere;
      }
      p:last-child {
        padding-bottom: 6px;
      }
      rv-state-panel {
        padding: 4px 10px;
      }
      .token {
        font: 12px var(--rv-monospace);
        font-weight: 500;
        padding: 0 3px;
        border-radius: 2px;
        background: var(--rv-hover);
        white-space: pre;
      }
    `,
  ];

  constructor() {
    super();
    this.inSight = false;
    this.index = 0;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('unit') as GalleryUnit | undefined;
    const { unit } = this;
    if (!before || before === unit) return;
    this.index = 0;
    if (before.unit !== unit.unit || before.quantity !== unit.quantity || before.layer !== unit.layer)
      this.lastActivity = WAITING;
  }

  override render() {
    const { store, recording, unit } = this;
    const { data } = recording;
    const { layer, quantity } = unit;
    const selection = store.selection.value;
    this.toggleAttribute(
      'chosen',
      selection?.layer === layer && selection.quantity === quantity && data.unit.value === unit.unit,
    );
    const digest = data.digest.value;
    const finding = digest && ablatedFinding(digest.findings, unit);
    return html`<header>
        <button class="open" data-figure title="Show this unit in every view" @click=${this.open}>
          ${layer} · ${spaced(quantity)} ${unit.unit}
        </button>
        <span class="kind"><i style="background:${this.swatch}" aria-hidden="true"></i>${unit.kind}</span>
        <span class="muted since">${this.since(digest)}</span>
        <span class="push names" title="Features that overlap with where it is on: F1 score, or rank correlation"
          >${namesOf(unit)}</span
        >
      </header>
      ${this.text()}
      <p class="evidence">${evidenceOf(unit, wordingOf(this.store))}</p>
      ${this.turns()}
      ${
        finding
          ? html`<p class="ablation" title="Ablation effect: what the model loses when the unit is clamped">
              ${ablationOf(finding, quantity, wordingOf(this.store))}
            </p>`
          : nothing
      }`;
  }

  private since(digest: Digest | null): string {
    const { digests, axis } = this.recording.data;
    if (!digest) return '';
    const since = kindSince(valueOrStale(digests.value) ?? [], this.unit, digest.step);
    return since === digest.step ? `since this ${axis.value.singular}` : `since ${axis.value.name(since)}`;
  }

  private text(): TemplateResult {
    const { store, unit } = this;
    const text = this.recording.data.text.value;
    const read = valueOrStale(text);
    if (!read) return loadablePanel(text, 'Reading the text…');
    const activity = this.activity;
    const pieces = this.pieces(unit, read);
    const piece = pieces[Math.min(this.index, pieces.length - 1)];
    if (!piece) return html``;
    const matrix = valueOrStale(activity)?.matrix;
    const row = matrix?.columns === read.tokens.length ? matrix.row(unit.unit) : null;
    const { colors } = this;
    const old = activity.state === 'loading' || text.state === 'loading' ? 'old' : '';
    return html`${activity.state === 'failed' || activity.state === 'empty' ? loadablePanel(activity, '') : nothing}
      <div class="text ${old}" @click=${this.clicked}>
        ${
          read.signal
            ? signalPiece(read, piece.range, row?.subarray(...piece.range) ?? null, colors, piece.stretch)
            : html`<rv-text-excerpt
                .excerpt=${this.excerpt(read, piece)}
                .values=${row?.subarray(...piece.range) ?? null}
                .colors=${colors}
                .typesetter=${this.typesetter}
                .stretch=${piece.stretch}
                .hover=${store.hover.value.token}
                ?signs=${store.option('signs').value === 'on'}
                ?dark=${store.dark.value}
                @rv-token=${(event: CustomEvent<number | null>) => store.hoverOver({ token: event.detail })}
              ></rv-text-excerpt>`
        }
      </div>
      ${this.steps(pieces, piece, colors)}`;
  }

  /** Activity of the unit, which is read while the card is in sight. */
  private get activity(): Loadable<Activity> {
    const { layer, quantity, unit } = this.unit;
    const { data } = this.recording;
    if (this.inSight) this.lastActivity = data.activityOf(layer, quantity, unit).value;
    return this.lastActivity;
  }

  /**
   * Colours of the unit as in the text view.
   * A cell state is coloured by its tanh, by which its kind was decided.
   */
  private get colors(): Colormap {
    const { store, recording, unit } = this;
    const { layer, quantity } = unit;
    const digests = store.comparedRecordings.value.flatMap(({ data }) => valueOrStale(data.digests.value) ?? []);
    const limit = findLimit(null, digests, layer, quantity);
    return store.colors.ofQuantity(recording.data, { layer, quantity, limit, tanh: true })(unit.unit);
  }

  private steps(pieces: readonly Piece[], piece: Piece, colors: Colormap): TemplateResult {
    const at = pieces.indexOf(piece);
    const go = (by: number) => (this.index = (at + by + pieces.length) % pieces.length);
    const what = piece.stretch ? (this.unit.kind === 'counter' ? 'ramp' : 'stretch') : 'piece';
    const [first, end] = piece.stretch ?? piece.range;
    return html`<div class="steps number">
      ${
        pieces.length > 1
          ? html`<span
              ><button aria-label="Previous ${what}" title="Previous ${what}" @click=${() => go(-1)}>‹</button>
              <button aria-label="Next ${what}" title="Next ${what}" @click=${() => go(1)}>›</button></span
            >`
          : nothing
      }<span role="status">${what} ${at + 1} of ${pieces.length}: ${this.rangeName([first, end])}</span
      ><rv-colors
        class="push"
        .colors=${colors}
        .what=${colors.tanh ? 'tanh' : ''}
        .dark=${this.store.dark.value}
      ></rv-colors>
    </div>`;
  }

  private rangeName([first, end]: readonly [number, number]): string {
    const text = valueOrStale(this.recording.data.text.value);
    if (text?.signal) return `${stepLabel(text, first)} to ${stepLabel(text, end - 1)}`;
    return end - first === 1
      ? `token ${formatCount(first)}`
      : `tokens ${formatCount(first)} to ${formatCount(end - 1)}`;
  }

  /** Tokens that turn the unit on and off, or reset it. */
  private turns(): TemplateResult | typeof nothing {
    const { kind, on, off } = this.unit;
    const isSignal = valueOrStale(this.recording.data.text.value)?.signal;
    if (isSignal || (!on.length && !off.length)) return nothing;
    const turn = (verb: string, { token, count, occurrences }: TokenCount) => {
      const title = `${verb} at ${formatCount(count)} of the ${formatCount(occurrences)} ${visible(token)} in the text`;
      return html`<span class="token" title=${title}>${visible(token)}</span> ${formatCount(count)} of
        ${formatCount(occurrences)}`;
    };
    const list = (verb: string, counts: readonly TokenCount[]) =>
      counts.length
        ? html`${verb} at ${counts.map((count, i) => html`${i ? ', ' : ''}${turn(verb, count)}`)}`
        : nothing;
    return html`<p class="turns number">
      ${list(kind === 'counter' ? 'reset' : 'on', on)}${on.length && off.length ? ' · ' : ''}${list('off', off)}
    </p>`;
  }

  private readonly clicked = (event: MouseEvent): void => {
    const excerpt = event.currentTarget instanceof Element ? event.currentTarget.firstElementChild : null;
    const root = excerpt?.shadowRoot as (ShadowRoot & { getSelection?(): Selection | null }) | null | undefined;
    const selected = root?.getSelection?.() ?? window.getSelection();
    if (selected?.type !== 'Range') this.open();
  };

  /** Shows the unit in every view, at the stretch of the card. */
  private readonly open = (): void => {
    const { store, unit, recording } = this;
    const { data } = recording;
    const { layer, quantity, names } = unit;
    const text = valueOrStale(data.text.peek());
    const piece = text && this.pieces(unit, text)[this.index];
    const features = data.digest.peek()?.features ?? [];
    const name = names.find(({ feature }) => features.some((one) => one.name === feature));
    if (quantity === CELL_STATE) store.option('cells').value = 'tanh';
    store.select({
      layer,
      quantity,
      unit: data.unitMapping.peek().toA(unit.unit) ?? unit.unit,
      ...(name ? { feature: name.feature } : {}),
      tokens: piece?.stretch ?? null,
    });
  };
}
customElements.define('rv-gallery-card', GalleryCard);
