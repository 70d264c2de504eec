import { signal } from '@preact/signals-core';
import { css, html, nothing, type PropertyValues } from 'lit';
import type { FirstNan } from '../data/types.ts';
import { commandOf } from '../state/keys.ts';
import { Player } from '../state/player.ts';
import { shown, type Store } from '../state/store.ts';
import '../views/heatmap/heatmap-view.ts';
import '../views/text/text-view.ts';
import type { TextView } from '../views/text/text-view.ts';
import './epoch-bar.ts';
import './findings.ts';
import { firstHeld, firstNanLine, firstNanSentence, firstNanStyle } from './first-nan.ts';
import './help.ts';
import type { Help } from './help.ts';
import { banner, brokenNotice, emptyNotice, noticeStyle, waitingNotice } from './notices.ts';
import { controls, theme } from './theme.ts';
import './top-bar.ts';
import { Watching } from './watching.ts';

/** Below this width the views are tabs under the text. */
const NARROW = 900;
const TABS = [['findings', 'Findings'], ['heatmap', 'Heatmap'], ['fourier', 'Fourier']] as const;

/** The tab: what is chosen above, findings beside the text, the views under it. */
export class App extends Watching {
  static override properties = { store: { attribute: false } };
  declare store: Store;

  private player!: Player;
  private readonly narrow = signal(false);
  private readonly silenced = signal<readonly string[]>([]);
  private stops: (() => void)[] = [];

  static override styles = [theme, controls, noticeStyle, firstNanStyle, css`
    :host { display: flex; flex-direction: column; position: absolute; inset: 0; overflow: hidden auto; }
    main { flex: 1 0 auto; min-height: 560px; height: 0; display: grid; grid-template: minmax(0, 11fr) minmax(0, 9fr) / clamp(250px, 19vw, 320px) minmax(0, 3fr) minmax(0, 2fr); }
    main > * { min-width: 0; min-height: 0; overflow: hidden; }
    .findings { grid-row: 1 / -1; border-right: 1px solid var(--rv-line); }
    .text { grid-column: 2 / -1; overflow: visible; position: relative; z-index: 2; }
    .heatmap, .fourier { border-top: 1px solid var(--rv-line); }
    .fourier { border-left: 1px solid var(--rv-line); }
    .lost { padding: 12px; margin: 0; color: var(--rv-muted); }
    main.narrow { display: flex; flex-direction: column; min-height: 620px; }
    .narrow .text, .narrow .panel { flex: 1 1 0; }
    .tabs { display: flex; flex: none; border-top: 1px solid var(--rv-line); border-bottom: 1px solid var(--rv-line); }
    .tabs button { border: 0; border-radius: 0; padding: 0 16px; height: 30px; border-bottom: 2px solid transparent; background: none; }
    .tabs button[aria-selected='true'] { border-color: var(--rv-accent); font-weight: 500; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    const { store } = this;
    this.player = new Player(store);
    const room = new ResizeObserver(([entry]) => {
      if (entry.contentRect.width) this.narrow.value = entry.contentRect.width < NARROW;
    });
    room.observe(this);
    const sight = new IntersectionObserver((entries) => (store.visible.value = entries.at(-1)!.isIntersecting));
    sight.observe(this);
    window.addEventListener('keydown', this.keyed);
    this.stops = [store.start(), this.player.start(), () => room.disconnect(), () => sight.disconnect(), () => window.removeEventListener('keydown', this.keyed)];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stops.forEach((stop) => stop());
  }

  override render() {
    const { store } = this;
    this.toggleAttribute('dark', store.dark.value);
    const index = store.index.value;
    const known = shown(index);
    if (!known) return index.state === 'failed' ? brokenNotice(index.message, index.retry) : waitingNotice();
    const notices = known.notices.filter((notice) => !this.silenced.value.includes(notice));
    return html`
      ${index.state === 'failed' ? banner(`${index.message} What you see was read before.`, 'Try again', index.retry) : nothing}
      ${notices.map((notice) => banner(notice, 'Close', () => this.silence(notice)))}
      ${store.selection.value ? this.firstNan() : nothing}
      ${store.selection.value ? this.views() : store.place.value ? waitingNotice() : emptyNotice(known.runs.length)}
      <rv-help .axis=${store.axis.value}></rv-help>`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    document.body.style.background = getComputedStyle(this).getPropertyValue('--rv-page');
  }

  private silence(notice: string): void {
    this.silenced.value = [...this.silenced.value, notice];
  }

  private firstNan() {
    const { store } = this;
    const found = store.firstNan.value;
    const key = JSON.stringify(found);
    if (!found || this.silenced.value.includes(key)) return nothing;
    const sentence = firstNanSentence(found, store.axis.value, store.steps.value, shown(store.text.value));
    return firstNanLine(sentence, () => this.goTo(found), () => this.silence(key));
  }

  private goTo({ step, layer, quantity, unit, token }: FirstNan): void {
    const held = firstHeld(this.store.steps.peek(), step);
    this.store.select({ layer, quantity, unit, ...(held === null ? {} : { step: held }) });
    this.text?.show(token);
  }

  private get text(): TextView | null {
    return this.renderRoot.querySelector<TextView>('rv-text-view');
  }

  private views() {
    const { store } = this;
    const bars = html`<rv-top-bar .store=${store} @rv-help=${this.help}></rv-top-bar><rv-epoch-bar .store=${store} .player=${this.player}></rv-epoch-bar>`;
    const text = html`<section class="text" aria-label="Text"><rv-text-view .store=${store}></rv-text-view></section>`;
    if (!this.narrow.value) {
      return html`${bars}<main>
        <section class="findings" aria-label="Findings"><rv-findings .store=${store}></rv-findings></section>
        ${text}
        <section class="heatmap" aria-label="Heatmap"><rv-heatmap-view .store=${store}></rv-heatmap-view></section>
        <section class="fourier" aria-label="Fourier">${this.fourier()}</section>
      </main>`;
    }
    const tab = store.option('view', 'findings');
    return html`${bars}<main class="narrow">${text}
      <div class="tabs" role="tablist">${TABS.map(([name, label]) => html`<button role="tab" aria-selected=${tab.value === name} @click=${() => (tab.value = name)}>${label}</button>`)}</div>
      <section class="panel" role="tabpanel" aria-label=${tab.value}>${this.view(tab.value)}</section>
    </main>`;
  }

  private fourierAsked = false;
  private readonly fourierLost = signal(false);

  /** Its script comes when it is shown: text does not wait for it. Once it is there, the element wakes up. */
  private fourier() {
    if (!this.fourierAsked) import('../views/fourier/fourier-view.ts').catch(() => (this.fourierLost.value = true));
    this.fourierAsked = true;
    if (this.fourierLost.value) return html`<p class="lost" role="alert">The Fourier view could not be loaded. Reload the page to try again.</p>`;
    return html`<rv-fourier-view .store=${this.store}></rv-fourier-view>`;
  }

  private view(name: string) {
    if (name === 'heatmap') return html`<rv-heatmap-view .store=${this.store}></rv-heatmap-view>`;
    if (name === 'fourier') return this.fourier();
    return html`<rv-findings .store=${this.store}></rv-findings>`;
  }

  private readonly help = (): void => this.renderRoot.querySelector<Help>('rv-help')?.toggle();

  private readonly keyed = (event: KeyboardEvent): void => {
    const command = commandOf(event);
    const selection = this.store.selection.peek();
    if (!command || !selection) return;
    if (command === 'escape') {
      this.store.option('token', '').value = '';
      return;
    }
    event.preventDefault();
    if (command === 'help') this.help();
    else if (command === 'play') this.player.toggle();
    else if (command === 'earlier') this.player.move(-1);
    else if (command === 'later') this.player.move(1);
    else if (command === 'unit-before') this.store.select({ unit: selection.unit - 1 });
    else if (command === 'unit-after') this.store.select({ unit: selection.unit + 1 });
    else this.text?.toMatch(command === 'next-match' ? 1 : -1);
  };
}
customElements.define('rv-app', App);
