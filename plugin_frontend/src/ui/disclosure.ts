import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { controls } from './theme.ts';

/**
 * Button that opens a list under the positioned element around it.
 * Esc or a press elsewhere closes it.
 */
export abstract class Disclosure extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        flex: none;
        font-size: 12px;
      }
      summary {
        color: var(--rv-muted);
        cursor: pointer;
        list-style: none;
        padding: 3px 6px;
        border-radius: 4px;
        white-space: nowrap;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary:hover {
        background: var(--rv-hover);
      }
      summary:focus-visible {
        outline: 2px solid var(--rv-accent);
        outline-offset: -1px;
      }
      ul {
        position: absolute;
        z-index: 20;
        top: 100%;
        right: 0;
        width: max-content;
        max-width: min(460px, calc(100vw - 140px));
        max-height: 300px;
        overflow: auto;
        box-sizing: border-box;
        margin: 0;
        padding: 8px 12px;
        list-style: none;
        display: grid;
        gap: 8px;
        background: var(--rv-page);
        border: 1px solid var(--rv-line);
        border-radius: 4px;
      }
      li {
        overflow-wrap: anywhere;
      }
      b {
        font-weight: 500;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.pressedElsewhere);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.pressedElsewhere);
  }

  protected list(summary: string, title: string, name: string, items: readonly TemplateResult[]): TemplateResult {
    const hasText = /\w/.test(summary);
    return html`<details @keydown=${this.keyed} @toggle=${this.handleToggle}>
      <summary title=${title} aria-label=${hasText ? nothing : title}>${summary}${hasText ? ' ▾' : ''}</summary>
      <ul aria-label=${name}>
        ${items}
      </ul>
    </details>`;
  }

  /** Called when the list is opened. */
  protected opened(): unknown {
    return undefined;
  }

  private readonly handleToggle = (event: Event): void => {
    if ((event.currentTarget as HTMLDetailsElement).open) this.opened();
  };

  protected close(): void {
    this.renderRoot.querySelector('details')?.removeAttribute('open');
  }

  private readonly keyed = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.renderRoot.querySelector('details')?.open) return;
    event.stopPropagation();
    this.close();
    this.renderRoot.querySelector('summary')?.focus();
  };

  private readonly pressedElsewhere = (event: PointerEvent): void => {
    if (!event.composedPath().includes(this)) this.close();
  };
}
