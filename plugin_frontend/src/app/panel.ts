import { css, nothing, type TemplateResult } from 'lit';
import { html, unsafeStatic } from 'lit/static-html.js';
import { signal } from '@preact/signals-core';
import type { ComparedRecording, Store } from '../state/store.ts';
import { viewRecordings, type MissingData } from './view-recordings.ts';
import { VIEWS, type ViewInfo } from './views.ts';
import './panel-menu.ts';
import { loadablePanel, loadingPanel, statePanel } from '../ui/state-panel.ts';
import { controls } from '../ui/theme.ts';
import type { View } from '../ui/view.ts';
import { SignalElement } from '../ui/signal-element.ts';
import { wordingOf } from '../state/wording.ts';

/**
 * Request of a panel to the frame.
 * It brings a view to the front, closes, enlarges or moves it, or opens a page of the
 * docs.
 */
export interface PanelWish {
  readonly do: 'front' | 'close' | 'enlarge' | 'left' | 'top' | 'bottom' | 'corner' | 'before' | 'after' | 'docs';
  readonly view: string;
  readonly page?: string;
}

type Script = 'waiting' | 'ready' | 'lost';
const scripts = new Map<string, ReturnType<typeof signal<Script>>>();
/** Scripts of the first picture; other scripts load after them. */
let first: Promise<unknown> = Promise.resolve();

function load({ name, open }: ViewInfo, after: Promise<unknown>) {
  const state = scripts.get(name) ?? signal<Script>('waiting');
  scripts.set(name, state);
  const done = after.then(open).then(
    () => (state.value = 'ready'),
    () => (state.value = 'lost'),
  );
  return { state, done };
}

/** Loads these scripts before any other. */
export function loadFirst(views: readonly ViewInfo[]): void {
  first = Promise.all(views.map((view) => load(view, Promise.resolve()).done));
}

/** State of a view's script; a read loads it, and loads it again after a failure. */
export function script(view: ViewInfo) {
  const state = scripts.get(view.name);
  return state && state.peek() !== 'lost' ? state : load(view, first).state;
}

const sameItems = <T>(a: readonly T[], b: readonly T[]) => a.length === b.length && a.every((item, i) => item === b[i]);

/** Several views in one place, one of them in front. It asks with `rv-panel`. */
export class Panel extends SignalElement {
  static override properties = {
    store: { attribute: false },
    views: { attribute: false },
    front: {},
    enlarged: { type: Boolean },
    fixed: { type: Boolean },
  };
  declare store: Store;
  declare views: readonly string[];
  declare front: string | null;
  declare enlarged: boolean;
  /** True if views cannot be moved, as on a narrow page. */
  declare fixed: boolean;
  /** Recordings that each copy of the view in front has shown last. */
  private copiesOf = '';
  private last: (readonly ComparedRecording[])[] = [];

  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        height: 100%;
      }
      .bar {
        display: flex;
        align-items: center;
        flex: none;
        border-bottom: 1px solid var(--rv-line);
        min-width: 0;
        background: var(--rv-panel);
      }
      .tabs {
        display: flex;
        flex-wrap: wrap;
        flex: 1 1 0;
        min-width: 0;
      }
      .tabs button {
        border: 0;
        border-radius: 0;
        border-bottom: 2px solid transparent;
        height: 26px;
        padding: 0 10px;
        color: var(--rv-muted);
        flex: none;
      }
      .tabs button[aria-selected='true'] {
        border-color: var(--rv-accent);
        color: var(--rv-ink);
        font-weight: 500;
      }
      .how {
        display: flex;
        gap: 8px;
        align-items: baseline;
        padding: 4px 8px;
        border-bottom: 1px solid var(--rv-line);
        font-size: 12px;
        color: var(--rv-muted);
        flex: none;
      }
      .how span {
        flex: 1 1 0;
        min-width: 0;
      }
      .copies {
        flex: 1 1 0;
        min-height: 0;
        min-width: 0;
        display: grid;
        grid-auto-rows: minmax(0, 1fr);
        grid-template-columns: repeat(
          auto-fit,
          minmax(min(100%, max(300px, calc(100% / var(--columns, 1) - 2px))), 1fr)
        );
        gap: 1px;
        background: var(--rv-line);
      }
      .several {
        overflow: hidden auto;
        grid-auto-rows: minmax(200px, 1fr);
      }
      .copy {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        background: var(--rv-page);
      }
      .body {
        display: flex;
        flex-direction: column;
        position: relative;
        flex: 1 1 0;
        min-height: 0;
        min-width: 0;
      }
      .view {
        flex: 1 1 0;
        min-height: 0;
        min-width: 0;
      }
      .view.waiting {
        visibility: hidden;
      }
      .body > .states {
        position: absolute;
        inset: 0;
        display: grid;
        place-content: center;
        padding: 12px;
        text-align: center;
      }
      .copy > rv-state-panel {
        flex: none;
        padding: 2px 8px;
        border-bottom: 1px solid var(--rv-line);
      }
      .label {
        font-size: 12px;
        color: var(--rv-muted);
        padding: 2px 8px;
        flex: none;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
    `,
  ];

  constructor() {
    super();
    this.views = [];
    this.front = null;
    this.enlarged = this.fixed = false;
  }

  /** The copies of the view in front. */
  get visibleCopies(): View[] {
    return [...this.renderRoot.querySelectorAll<View>('.view:not(.waiting)')];
  }

  override render() {
    const info = VIEWS.find(({ name }) => name === this.front);
    if (!info) return nothing;
    const state = script(info).value;
    // Requests the data of the view while its script loads.
    if (state === 'waiting') viewRecordings(info, this.store.recordings.value);
    return html` <div class="bar">
        <div class="tabs" role="tablist" aria-label="Views" @keydown=${this.keyed}>
          ${this.views.map((name) => this.tab(name))}
        </div>
        <rv-panel-menu
          .store=${this.store}
          .info=${info}
          .copies=${() => this.visibleCopies}
          .enlarged=${this.enlarged}
          .fixed=${this.fixed}
          @rv-ask=${(event: CustomEvent<PanelWish['do']>) => this.ask(event.detail, info.name)}
        ></rv-panel-menu>
      </div>
      ${this.how(info)}
      ${
        state === 'ready'
          ? this.copies(info)
          : state === 'waiting'
            ? html`<div class="body">${loadingPanel(`Preparing ${info.title}…`, 'fill')}</div>`
            : html`<div class="body">
                ${statePanel(
                  {
                    state: 'failed',
                    sentence: `The view ${info.title} could not be loaded.`,
                    retry: () => void script(info),
                  },
                  'fill',
                )}
              </div>`
      }`;
  }

  private tab(name: string): TemplateResult {
    const title = VIEWS.find((view) => view.name === name)?.title ?? name;
    const front = name === this.front;
    return html`<button
      role="tab"
      id="tab-${name}"
      aria-selected=${front ? 'true' : 'false'}
      tabindex=${front ? '0' : '-1'}
      @click=${() => this.ask('front', name)}
    >
      ${title}
    </button>`;
  }

  private how(info: ViewInfo) {
    const read = this.store.persistedSettings.explained(info.name);
    if (read.value) return nothing;
    return html`<div class="how">
      <span>${wordingOf(this.store)(info.how)}</span
      ><button @click=${() => this.ask('docs', info.name, info.docs)}>More</button>
      <button title="Close this explanation of ${info.title}" @click=${() => (read.value = true)}>Got it</button>
    </div>`;
  }

  private copies(info: ViewInfo) {
    const { store } = this;
    const [visible, mode] = [store.recordings.value, store.mode.value];
    const recordings = mode === 'difference' && info.draws.includes(mode) ? store.comparedRecordings.value : visible;
    if (!recordings.length) return nothing;
    const together = recordings.length === 1 || info.draws.includes(mode);
    const groups = together ? [recordings] : recordings.map((recording) => [recording]);
    const columns = groups.length < 3 ? groups.length : groups.length < 7 ? Math.ceil(groups.length / 2) : 4;
    if (this.copiesOf !== info.name) [this.copiesOf, this.last] = [info.name, []];
    this.last.length = groups.length;
    return html`<div
      class="copies ${groups.length > 1 ? 'several' : ''}"
      style="--columns:${columns}"
      role="tabpanel"
      aria-labelledby="tab-${info.name}"
    >
      ${groups.map((group, i) => {
        const label = mode === 'difference' ? visible[0].label : together ? '' : group[0].label;
        return html`<section class="copy" aria-label=${info.title}>
          ${label ? html`<div class="label" title=${label}>${label}</div>` : nothing}${this.copy(info, group, i)}
        </section>`;
      })}
    </div>`;
  }

  /** View with the recordings that have its data, and the state of the others. */
  private copy(info: ViewInfo, group: readonly ComparedRecording[], index: number): TemplateResult {
    const { ready, missing, failed } = viewRecordings(info, group);
    const before = this.last[index];
    const recordings = ready.length ? (before && sameItems(before, ready) ? before : ready) : before;
    this.last[index] = recordings;
    // Requests the ranges that limit the colours while the view waits for its data.
    if (missing.length && info.reads.includes('activity')) void this.store.colors.pending.value;
    const letter = ({ recording }: MissingData) => (group.length > 1 ? `${recording.letter}: ` : '');
    const panelOf = (data: MissingData) => loadablePanel(data.state, `Loading ${info.title}…`, 'line', letter(data));
    const states = missing.map(panelOf);
    const tag = unsafeStatic(`rv-${info.name}-view`);
    // A view that has nothing to show for a moment keeps its element, with what was set in it.
    return html`${failed.map(panelOf)}${ready.length ? states : nothing}
      <div class="body">
        ${ready.length ? nothing : html`<div class="states">${states}</div>`}${
          recordings
            ? html`<${tag}
              class="view ${ready.length ? '' : 'waiting'}"
              .store=${this.store}
              .recordings=${recordings}
              .needs=${info.needs}
              .mode=${this.store.mode.value}
            ></${tag}>`
            : nothing
        }
      </div>`;
  }

  private readonly keyed = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!by || !this.front) return;
    event.preventDefault();
    event.stopPropagation();
    const name = this.views[(this.views.indexOf(this.front) + by + this.views.length) % this.views.length];
    this.ask('front', name);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${name}`)?.focus());
  };

  private ask(wish: PanelWish['do'], view: string, page?: string): void {
    this.dispatchEvent(
      new CustomEvent<PanelWish>('rv-panel', {
        detail: page === undefined ? { do: wish, view } : { do: wish, view, page },
        bubbles: true,
        composed: true,
      }),
    );
  }
}
customElements.define('rv-panel', Panel);
