import { css, nothing, type TemplateResult } from 'lit';
import { html, unsafeStatic } from 'lit/static-html.js';
import { signal } from '@preact/signals-core';
import type { ComparedRecording, Store } from '../state/store.ts';
import { VIEWS, type ViewInfo } from './views.ts';
import './panel-menu.ts';
import { controls } from '../ui/theme.ts';
import type { View } from '../ui/view.ts';
import { SignalElement } from '../ui/signal-element.ts';

/**
 * Request of a panel to the frame: bring a view to the front, close, enlarge or move it, or open a page of the
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

/** The state of a view's script; asking loads it, asking after it was lost loads it again. */
export function script(view: ViewInfo) {
  const known = scripts.get(view.name);
  return known && known.peek() !== 'lost' ? known : load(view, first).state;
}

/** The same list for the same recording, so that nothing is drawn anew for nothing. */
const lists = new WeakMap<ComparedRecording, readonly ComparedRecording[]>();
const alone = (recording: ComparedRecording) =>
  lists.get(recording) ?? lists.set(recording, [recording]).get(recording)!;

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
      .copy > :last-child {
        flex: 1 1 0;
        min-height: 0;
        min-width: 0;
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
      .message {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 8px;
        flex: 1;
        padding: 12px;
        color: var(--rv-muted);
        text-align: center;
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
  get shown(): View[] {
    return [...this.renderRoot.querySelectorAll<View>('.view')];
  }

  override render() {
    const info = VIEWS.find(({ name }) => name === this.front);
    if (!info) return nothing;
    const state = script(info).value;
    return html` <div class="bar">
        <div class="tabs" role="tablist" aria-label="Views" @keydown=${this.keyed}>
          ${this.views.map((name) => this.tab(name))}
        </div>
        <rv-panel-menu
          .store=${this.store}
          .info=${info}
          .shown=${() => this.shown}
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
            ? html`<div class="message" role="status">Preparing ${info.title}…</div>`
            : html`<div class="message" role="alert">
                <span>The view ${info.title} could not be loaded.</span
                ><button @click=${() => script(info)}>Try again</button>
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
      <span>${info.how}</span><button @click=${() => this.ask('docs', info.name, info.docs)}>More</button>
      <button title="Close this explanation of ${info.title}" @click=${() => (read.value = true)}>Got it</button>
    </div>`;
  }

  private copies(info: ViewInfo) {
    const { store } = this;
    const [recordings, mode] = [store.recordings.value, store.mode.value];
    if (!recordings.length) return nothing;
    const tag = unsafeStatic(`rv-${info.name}-view`);
    const together = recordings.length === 1 || info.draws.includes(mode);
    const groups = together ? [recordings] : recordings.map(alone);
    const columns = groups.length < 3 ? groups.length : groups.length < 7 ? Math.ceil(groups.length / 2) : 4;
    return html`<div
      class="copies ${groups.length > 1 ? 'several' : ''}"
      style="--columns:${columns}"
      role="tabpanel"
      aria-labelledby="tab-${info.name}"
    >
      ${groups.map(
        (group) => html`<section class="copy" aria-label=${info.title}>
        ${
          together && mode !== 'difference'
            ? nothing
            : html`<div class="label" title=${group[0].label}>${group[0].label}</div>`
        }
        <${tag} class="view" .store=${store} .recordings=${group} .mode=${mode}></${tag}></section>`,
      )}
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
