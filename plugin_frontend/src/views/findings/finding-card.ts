import { css, html, LitElement } from 'lit';
import { controls } from '../../ui/theme.ts';
import { save } from '../../ui/export/save.ts';
import type { Card } from './card.ts';

/**
 * Buttons that download or copy a finding as a card.
 * The command that tests the card on another run stands beside them.
 */
export class FindingCard extends LitElement {
  static override properties = { card: { attribute: false }, outcome: { state: true } };
  declare card: Card;
  declare private outcome: string;

  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 6px;
        margin-top: 6px;
        font-size: 12px;
        min-width: 0;
      }
      button {
        height: 20px;
        padding: 0 6px;
      }
      code {
        font-size: 11px;
        color: var(--rv-muted);
        overflow-wrap: anywhere;
        min-width: 0;
        user-select: all;
      }
    `,
  ];

  constructor() {
    super();
    this.outcome = '';
  }

  override render() {
    const { file, command } = this.card;
    return html`<button title="Download ${file}" @click=${this.download}>card ↓</button
      ><button title="Copy the card as YAML" @click=${this.copy}>copy</button
      ><span class="muted" role="status">${this.outcome}</span>
      <code title="Tests the finding on another run">${command}</code>`;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get('card') as Card | undefined;
    if (before && before.text !== this.card.text) this.outcome = '';
  }

  private readonly download = (): void =>
    save(this.card.file, new Blob([this.card.text], { type: 'application/yaml' }));

  /** Copies the card; a page without HTTPS has no clipboard and copies a selection. */
  private readonly copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.card.text);
      this.outcome = 'copied';
    } catch {
      this.outcome = copySelected(this.card.text) ? 'copied' : 'the browser does not let it be copied';
    }
  };
}
customElements.define('rv-finding-card', FindingCard);

function copySelected(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}
