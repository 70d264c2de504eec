import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Loadable } from '../state/store.ts';
import { codeStyle, controls } from './theme.ts';

/** State of something that is not on show yet, with the sentence that explains it. */
export type PanelState =
  /** `progress` is the share that is done, 0 to 1. */
  | { readonly state: 'loading'; readonly sentence: unknown; readonly progress?: number }
  | { readonly state: 'failed'; readonly sentence: unknown; readonly retry: () => void }
  | { readonly state: 'empty'; readonly sentence: unknown; readonly action?: PanelAction };

/** Button of an empty panel: what to do about it. */
export interface PanelAction {
  readonly label: string;
  readonly act: () => void;
}

/** Position of a panel: a line among others, centred over a picture, or at its top. */
export type PanelLayout = 'line' | 'fill' | 'float';

/**
 * Panel for the states loading, failed and empty.
 * It has the progress, a button to retry, or what to do.
 */
export class StatePanel extends LitElement {
  static override properties = { panel: { attribute: false }, layout: { reflect: true } };
  declare panel: PanelState | null;
  declare layout: PanelLayout;

  static override styles = [
    controls,
    codeStyle,
    css`
      :host {
        display: block;
        min-width: 0;
        font-size: 12px;
        color: var(--rv-muted);
      }
      div {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: baseline;
        margin: 2px 0;
        overflow-wrap: anywhere;
      }
      span {
        min-width: 0;
      }
      progress {
        width: 96px;
        height: 8px;
        accent-color: var(--rv-accent);
      }
      pre {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      :host([layout='fill']) {
        position: absolute;
        inset: 0;
        overflow: auto;
      }
      :host([layout='fill']) div {
        box-sizing: border-box;
        min-height: 100%;
        margin: 0;
        padding: 12px;
        flex-flow: column nowrap;
        align-items: center;
        justify-content: center;
        text-align: center;
      }
      :host([layout='float']) {
        position: absolute;
        left: 50%;
        top: 12px;
        transform: translateX(-50%);
        box-sizing: border-box;
        width: max-content;
        max-width: 90%;
        background: var(--rv-panel);
        border: 1px solid var(--rv-line);
        border-radius: 4px;
        color: var(--rv-ink);
        font-size: inherit;
      }
      :host([layout='float']) div {
        flex-wrap: nowrap;
        gap: 12px;
        align-items: center;
        margin: 0;
        padding: 6px 12px;
      }
    `,
  ];

  constructor() {
    super();
    this.panel = null;
    this.layout = 'line';
  }

  override render() {
    const { panel } = this;
    if (!panel) return nothing;
    const role = { loading: 'status', failed: 'alert', empty: nothing }[panel.state];
    return html`<div class=${panel.state} role=${role}>
      ${typeof panel.sentence === 'string' ? html`<span>${panel.sentence}</span>` : panel.sentence}${control(panel)}
    </div>`;
  }
}
customElements.define('rv-state-panel', StatePanel);

function control(panel: PanelState): TemplateResult | typeof nothing {
  if (panel.state === 'failed') return html`<button @click=${panel.retry}>Try again</button>`;
  if (panel.state === 'loading')
    return panel.progress === undefined
      ? nothing
      : html`<progress max="1" .value=${panel.progress} aria-label="Progress"></progress>`;
  return panel.action ? html`<button @click=${panel.action.act}>${panel.action.label}</button>` : nothing;
}

export const statePanel = (panel: PanelState, layout: PanelLayout = 'line'): TemplateResult =>
  html`<rv-state-panel .panel=${panel} layout=${layout}></rv-state-panel>`;

/** Panel of something being read; `progress` is the share that is done, 0 to 1. */
export const loadingPanel = (sentence: unknown, layout?: PanelLayout, progress?: number): TemplateResult =>
  statePanel({ state: 'loading', sentence, ...(progress === undefined ? {} : { progress }) }, layout);

/** Panel that says why there is nothing, and offers what to do about it. */
export const emptyPanel = (sentence: unknown, layout?: PanelLayout, action?: PanelAction): TemplateResult =>
  statePanel({ state: 'empty', sentence, ...(action ? { action } : {}) }, layout);

/** Panel of a failed answer; `before` is said in front of its message. */
export const failedPanel = (
  { message, retry }: Extract<Loadable<unknown>, { state: 'failed' }>,
  layout?: PanelLayout,
  before = '',
): TemplateResult => statePanel({ state: 'failed', sentence: before + message, retry }, layout);

/** Panel for a loadable without a value; `waiting` is its sentence while it loads. */
export function loadablePanel(
  loadable: Loadable<unknown>,
  waiting: string,
  layout?: PanelLayout,
  before = '',
): TemplateResult {
  if (loadable.state === 'failed') return failedPanel(loadable, layout, before);
  return loadable.state === 'empty'
    ? emptyPanel(before + loadable.why, layout)
    : loadingPanel(before + waiting, layout);
}
