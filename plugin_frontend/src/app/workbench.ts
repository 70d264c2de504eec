import { css, html, nothing, type TemplateResult } from 'lit';
import { slotOf, stacked, type Stack } from './layout.ts';
import type { Store } from '../state/store.ts';
import { layoutName, offeredStack, type Slot } from './views.ts';
import { layoutOf, shownProbe } from './layout-editor.ts';
import './panel.ts';
import './splitter.ts';
import { SignalElement } from '../ui/signal-element.ts';

/**
 * Views in their slots: left, top, bottom and corner.
 * On a narrow page the text stands over all others.
 */
export class Workbench extends SignalElement {
  static override properties = { store: { attribute: false }, narrow: { type: Boolean, reflect: true } };
  declare store: Store;
  declare narrow: boolean;

  static override styles = css`
    :host {
      display: flex;
      min-width: 0;
      min-height: 0;
      background: var(--rv-page);
    }
    .row,
    .column {
      display: flex;
      flex: 1 1 0;
      min-width: 0;
      min-height: 0;
    }
    .column {
      flex-direction: column;
    }
    rv-panel {
      flex: 1 1 0;
      overflow: hidden;
      height: auto;
    }
    rv-panel.top {
      overflow: visible;
      position: relative;
      z-index: 2;
    }
    :host([narrow]) rv-panel.bottom {
      flex-grow: 1.4;
    }
    rv-splitter {
      flex: 0 0 1px;
      align-self: stretch;
    }
  `;

  constructor() {
    super();
    this.narrow = false;
  }

  override render() {
    const arrangement = layoutOf(this.store);
    const enlarged = layoutName(this.store.option('enlarged').value);
    const at = slotOf(arrangement, enlarged);
    if (this.narrow) {
      const rest = stacked(arrangement, layoutName(this.store.option('view').value));
      const top = arrangement.top.views.length ? arrangement.top : null;
      return html`<div class="column">
        ${top ? this.panel('top', top, true) : nothing}${rest.front ? this.panel('bottom', rest, true) : nothing}
      </div>`;
    }
    if (at) return this.panel(at, { ...arrangement[at], front: enlarged }, false, true);
    const { left, top, bottom, corner } = arrangement;
    const lower = this.split(
      2,
      true,
      'Between the views below',
      this.slotPanel('bottom', bottom),
      this.slotPanel('corner', corner),
    );
    const main = this.split(1, false, 'Between the views above and below', this.slotPanel('top', top), lower);
    return (
      this.split(0, true, 'Between the views at the left and the others', this.slotPanel('left', left), main) ??
      html`<p>Every view is closed. Open one in “views”.</p>`
    );
  }

  private slotPanel = (slot: Slot, stack: Stack) => (stack.front ? this.panel(slot, stack) : null);

  private panel(slot: Slot, stack: Stack, fixed = false, enlarged = false): TemplateResult | null {
    const { views, front } = offeredStack(stack.views, stack.front, shownProbe(this.store));
    if (!front) return null;
    return html`<rv-panel
      class=${slot}
      .store=${this.store}
      .views=${views}
      .front=${front}
      .fixed=${fixed}
      .enlarged=${enlarged}
    ></rv-panel>`;
  }

  /** Two things with a line between; what is empty leaves its room to the other. */
  private split(
    which: number,
    upright: boolean,
    label: string,
    first: TemplateResult | null,
    second: TemplateResult | null,
  ): TemplateResult | null {
    if (!first || !second) return first ?? second;
    const word = this.store.option('split');
    const shares = word.value.split(' ').map(Number);
    const share = shares[which] >= 0.1 && shares[which] <= 0.9 ? shares[which] : 0.5;
    const move = (event: CustomEvent<number>) => {
      const moved = shares.map((one, i) => (i === which ? Number(event.detail.toFixed(3)) : one));
      word.value = this.store.persistedSettings.word('split').value = moved.join(' ');
    };
    const recording = (grow: number) => `flex:${grow} 1 0;min-width:0;min-height:0;display:flex`;
    return html`<div class=${upright ? 'row' : 'column'}>
      <div style=${recording(share)}>${first}</div>
      <rv-splitter
        .upright=${upright}
        ?upright=${upright}
        .share=${share}
        .label=${label}
        @rv-split=${move}
      ></rv-splitter>
      <div style=${recording(1 - share)}>${second}</div>
    </div>`;
  }
}
customElements.define('rv-workbench', Workbench);
