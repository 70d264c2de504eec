import { signal } from '@preact/signals-core';
import { css, html, nothing, type PropertyValues } from 'lit';
import type { FirstNan } from '../data/types.ts';
import { readLayout, slotOf } from './layout.ts';
import { KeySequence, type Command } from '../state/keys.ts';
import { Player } from '../state/player.ts';
import { SETTINGS } from '../state/settings.ts';
import { valueOrStale, type Store } from '../state/store.ts';
import { layoutName, offeredView, viewOfKey, VIEWS } from './views.ts';
import type { SignalView } from '../views/signal/signal-view.ts';
import type { TextView } from '../views/text/text-view.ts';
import { applyWish, layoutOf, shownProbe } from './layout-editor.ts';
import './progress-bar.ts';
import './epoch-bar.ts';
import { firstRecorded, firstNanLine, firstNanSentence, firstNanStyle } from './first-nan.ts';
import type { Help } from './help.ts';
import { banner, brokenNotice, emptyNotice, noticeStyle, skippedBanner, waitingNotice } from './notices.ts';
import { loadFirst, type Panel, type PanelWish } from './panel.ts';
import type { DocsDialog } from './docs-dialog.ts';
import { controls, theme } from '../ui/theme.ts';
import './top-bar.ts';
import { SignalElement } from '../ui/signal-element.ts';
import './workbench.ts';

/** Elements of the views that show a probe as what it is. */
const HEROES: readonly string[] = ['rv-text-view', 'rv-signal-view'];

/** Below this width the views are tabs under the text. */
const NARROW = 1100;

/** The tab: what is chosen above, the steps under it, the views below. */
export class App extends SignalElement {
  static override properties = { store: { attribute: false } };
  declare store: Store;

  private player!: Player;
  private readonly keys = new KeySequence(VIEWS.map(({ letter }) => letter));
  private readonly narrow = signal(false);
  private readonly silenced = signal<readonly string[]>([]);
  private stops: (() => void)[] = [];

  static override styles = [
    theme,
    controls,
    noticeStyle,
    firstNanStyle,
    css`
      :host {
        display: flex;
        flex-direction: column;
        position: absolute;
        inset: 0;
        overflow: hidden auto;
      }
      rv-workbench {
        flex: 1 0 auto;
        min-height: 560px;
        height: 0;
      }
      rv-workbench[narrow] {
        min-height: 800px;
      }
    `,
  ];

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
    this.stops = [
      store.start(),
      this.player.start(),
      () => room.disconnect(),
      () => sight.disconnect(),
      () => window.removeEventListener('keydown', this.keyed),
    ];
    this.loadFront();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stops.forEach((stop) => stop());
  }

  override render() {
    const { store } = this;
    this.toggleAttribute('dark', store.dark.value);
    const index = store.index.value;
    const answer = valueOrStale(index);
    if (!answer) return index.state === 'failed' ? brokenNotice(index.message, index.retry) : waitingNotice();
    const notices = answer.notices.map(({ text }) => text).filter((text) => !this.silenced.value.includes(text));
    return html` <rv-busy .client=${store.client}></rv-busy>
      ${
        index.state === 'failed'
          ? banner(`${index.message} What you see was read before.`, 'Try again', index.retry)
          : nothing
      }
      ${notices.length ? skippedBanner(notices, () => this.silence(...notices)) : nothing}
      ${store.selection.value ? this.firstNan() : nothing}
      ${store.selection.value ? this.views() : store.main.ref.value ? waitingNotice() : emptyNotice(answer.runs.length)}
      <rv-help .axis=${store.main.axis.value}></rv-help><rv-reader .client=${store.client}></rv-reader>`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    document.body.style.background = getComputedStyle(this).getPropertyValue('--rv-page');
  }

  private silence(...notices: readonly string[]): void {
    this.silenced.value = [...this.silenced.value, ...notices];
  }

  private firstNan() {
    const { store } = this;
    const firstNan = store.main.firstNan.value;
    const key = JSON.stringify(firstNan);
    if (!firstNan || this.silenced.value.includes(key)) return nothing;
    const sentence = firstNanSentence(
      firstNan,
      store.main.axis.value,
      store.main.steps.value,
      valueOrStale(store.main.text.value),
    );
    return firstNanLine(
      sentence,
      () => this.goTo(firstNan),
      () => this.silence(key),
    );
  }

  private goTo({ step, layer, quantity, unit, token }: FirstNan): void {
    const recordedStep = firstRecorded(this.store.main.steps.peek(), step);
    this.store.select({ layer, quantity, unit, ...(recordedStep === null ? {} : { step: recordedStep }) });
    this.text?.show(token);
  }

  private get panels(): Panel[] {
    const bench = this.renderRoot.querySelector('rv-workbench');
    return [...(bench?.shadowRoot?.querySelectorAll<Panel>('rv-panel') ?? [])];
  }

  /** Text or signal, whichever is there. */
  private get text(): TextView | SignalView | undefined {
    return this.panels
      .flatMap((panel) => panel.visibleCopies)
      .find((view): view is TextView | SignalView => HEROES.includes(view.localName));
  }

  private views() {
    const { store } = this;
    return html`<rv-top-bar .store=${store} @rv-help=${this.help} @rv-docs=${() => this.openDocs('index')}></rv-top-bar>
      <rv-epoch-bar .store=${store} .player=${this.player}></rv-epoch-bar>
      <rv-workbench
        .store=${store}
        ?narrow=${this.narrow.value}
        @rv-panel=${(event: CustomEvent<PanelWish>) => this.wished(event.detail)}
      ></rv-workbench>`;
  }

  private wished({ do: wish, view, page }: PanelWish): void {
    if (wish === 'docs') this.openDocs(page ?? 'index');
    else if (wish === 'front' && this.narrow.peek() && slotOf(layoutOf(this.store), layoutName(view)) !== 'top')
      this.store.option('view').value = view;
    else applyWish(this.store, wish, view);
  }

  /** Preloads the views in front while the list of recordings is still loading. */
  private loadFront(): void {
    const { left, top } = readLayout(this.store.option('views').peek());
    loadFirst(VIEWS.filter(({ name }) => name === left.front || name === top.front));
  }

  /** Opens a page of the docs, whose dialog loads when it is first needed. */
  private openDocs(page: string): void {
    void import('./docs-dialog.ts').then(() => this.renderRoot.querySelector<DocsDialog>('rv-reader')?.open(page));
  }

  private readonly help = (): void => {
    void import('./help.ts').then(() => this.renderRoot.querySelector<Help>('rv-help')?.toggle());
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const command = this.keys.commandOf(event);
    if (!command || !this.store.selection.peek()) return;
    if (command !== 'escape') event.preventDefault();
    this.obey(command, event.key);
  };

  private obey(command: Command, key: string): void {
    const { store } = this;
    const unit = store.selection.peek()!.unit;
    if (command === 'escape') this.letGo();
    else if (command === 'help') this.help();
    else if (command === 'play') this.player.toggle();
    else if (command === 'earlier') this.player.move(-1);
    else if (command === 'later') this.player.move(1);
    else if (command === 'unit-before') store.select({ unit: unit - 1 });
    else if (command === 'unit-after') store.select({ unit: unit + 1 });
    else if (command === 'view') this.front(key);
    else if (command === 'enlarge') this.enlarge();
    else if (command === 'mode') this.turnMode();
    else this.text?.toMatch(command === 'next-match' ? 1 : -1);
  }

  /** One thing at a time: what was enlarged, the stretch, the token. */
  private letGo(): void {
    const { store } = this;
    const enlarged = store.option('enlarged');
    const token = store.option('token');
    if (token.peek()) token.value = '';
    else if (store.selection.peek()!.tokens) store.select({ tokens: null });
    else enlarged.value = '';
  }

  private front(key: string): void {
    const named = viewOfKey(key);
    const info = named && offeredView(named.name, shownProbe(this.store));
    if (info) this.wished({ do: 'front', view: info.name });
  }

  /** The view that holds the focus, or the text. */
  private enlarge(): void {
    const enlarged = this.store.option('enlarged');
    const within = layoutName(this.panels.find((panel) => panel.matches(':focus-within'))?.front ?? 'text');
    enlarged.value = enlarged.peek() ? '' : within;
  }

  private turnMode(): void {
    const mode = this.store.option('mode');
    const modes = SETTINGS.mode.values;
    if (this.store.mode.peek() !== 'single') mode.value = modes[(modes.indexOf(mode.peek()) + 1) % modes.length];
  }
}
customElements.define('rv-app', App);
