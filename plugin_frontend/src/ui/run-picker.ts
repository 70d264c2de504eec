import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import type { RunInfo } from '../data/types.ts';
import { controls } from './theme.ts';

/** A filter for names: a regular expression, or plain text where it is none. */
export function nameFilter(words: string): (name: string) => boolean {
  try {
    const expression = new RegExp(words, 'i');
    return (name) => expression.test(name);
  } catch {
    return (name) => name.toLowerCase().includes(words.toLowerCase());
  }
}

/**
 * Button with the name of a run that opens a list of all runs, with a filter.
 * Fires `rv-run` with the chosen run.
 */
export class RunPicker extends LitElement {
  static override properties = {
    runs: { attribute: false },
    value: {},
    letter: {},
    filter: {},
    open: { state: true },
    at: { state: true },
  };
  declare runs: readonly RunInfo[];
  declare value: string;
  declare letter: string;
  declare filter: string;
  declare private open: boolean;
  declare private at: number;

  static override styles = [
    controls,
    css`
      :host {
        position: relative;
        display: inline-flex;
        min-width: 0;
        max-width: 260px;
      }
      .opener {
        display: flex;
        gap: 6px;
        align-items: center;
        max-width: 100%;
      }
      .opener span {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .opener b {
        font-weight: 500;
        color: var(--rv-muted);
      }
      .list {
        position: absolute;
        z-index: 20;
        top: 27px;
        left: 0;
        width: 280px;
        max-width: calc(100vw - 16px);
        background: var(--rv-page);
        border: 1px solid var(--rv-line);
        border-radius: 4px;
        padding: 6px;
      }
      input {
        width: 100%;
      }
      ul {
        list-style: none;
        margin: 6px 0 0;
        padding: 0;
        max-height: 300px;
        overflow: auto;
      }
      li {
        padding: 3px 6px;
        border-radius: 3px;
        cursor: pointer;
        overflow-wrap: anywhere;
      }
      li[aria-selected='true'] {
        font-weight: 500;
        background: var(--rv-chosen);
      }
      li.at {
        outline: 1.5px solid var(--rv-accent);
        outline-offset: -1.5px;
      }
      li:hover {
        background-color: var(--rv-hover);
      }
      p {
        margin: 6px;
      }
    `,
  ];

  constructor() {
    super();
    this.runs = [];
    this.value = this.letter = this.filter = '';
    this.open = false;
    this.at = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.pressedElsewhere);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.pressedElsewhere);
  }

  override render() {
    const name = this.runs.find(({ run }) => run === this.value)?.name ?? this.value;
    return html`<button
        class="opener"
        aria-haspopup="listbox"
        aria-expanded=${this.open}
        title="Choose run ${this.letter}: ${name}"
        @click=${this.toggle}
      >
        <b>${this.letter}</b><span>${name}</span>▾
      </button>
      ${this.open ? this.list() : nothing}`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('open') && this.open) this.renderRoot.querySelector('input')!.focus();
    if (this.open) this.renderRoot.querySelector('.at')?.scrollIntoView({ block: 'nearest' });
  }

  private get matchingRuns(): RunInfo[] {
    const fits = nameFilter(this.filter);
    return this.runs.filter(({ name }) => fits(name));
  }

  private list() {
    const { matchingRuns } = this;
    return html`<div class="list" @keydown=${this.keyed}>
      <input
        type="search"
        placeholder="Filter runs (regular expression)"
        aria-label="Filter runs"
        .value=${this.filter}
        role="combobox"
        aria-expanded="true"
        aria-controls="runs"
        @input=${this.typed}
      />
      <ul id="runs" role="listbox" aria-label="Runs">
        ${matchingRuns.map(
          (info, i) =>
            html`<li
              role="option"
              class=${i === this.at ? 'at' : ''}
              aria-selected=${info.run === this.value}
              @click=${() => this.choose(info)}
            >
              ${info.name}
            </li>`,
        )}
      </ul>
      ${matchingRuns.length ? nothing : html`<p class="muted">None of ${this.runs.length} runs fits.</p>`}
    </div>`;
  }

  private readonly toggle = (): void => {
    this.open = !this.open;
    this.at = Math.max(
      0,
      this.matchingRuns.findIndex(({ run }) => run === this.value),
    );
  };

  private readonly typed = (event: Event): void => {
    this.filter = (event.target as HTMLInputElement).value;
    this.at = 0;
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const { matchingRuns } = this;
    if (event.key === 'Escape') this.close();
    else if (event.key === 'ArrowDown') this.at = Math.min(this.at + 1, matchingRuns.length - 1);
    else if (event.key === 'ArrowUp') this.at = Math.max(this.at - 1, 0);
    else if (event.key === 'Enter' && matchingRuns[this.at]) this.choose(matchingRuns[this.at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private close(): void {
    this.open = false;
    this.renderRoot.querySelector('button')!.focus();
  }

  private choose({ run }: RunInfo): void {
    this.close();
    this.dispatchEvent(new CustomEvent('rv-run', { detail: run }));
  }

  private readonly pressedElsewhere = (event: Event): void => {
    if (this.open && !event.composedPath().includes(this)) this.open = false;
  };
}
customElements.define('rv-run-picker', RunPicker);
