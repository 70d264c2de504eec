import { html, nothing, type TemplateResult } from 'lit';
import { backButton } from '../../ui/back-button.ts';
import { option } from '../../ui/field.ts';
import type { ComparedRecording, ViewContext } from '../../state/store.ts';
import { toggleButton } from '../../ui/toggle-button.ts';
import './find-field.ts';
import { matchButtons } from '../../ui/match-buttons.ts';
import { sideOf, sidesOf } from './pair.ts';
import type { PairSide } from './pair-text.ts';
import { choices, COLOR_NAMES, type ColorBy } from './scheme.ts';
import type { Searcher } from './searcher.ts';
import { stillHeldButton } from '../../ui/text/still-held.ts';
import { furtherUnitsMenu } from '../../ui/further-units-menu.ts';

const STRIPS = 'A strip for each unit under the letters, in the colours of the text.';

interface Doing {
  readonly searcher: Searcher;
  toMatch(direction: 1 | -1): void;
  toHit(direction: 1 | -1): void;
  /**
   * Scrolls back to the text before a finding was chosen.
   * Null if it was not scrolled.
   */
  readonly goBack: (() => void) | null;
  /** Gives the colours to a side of a pair. */
  switchSide(side: PairSide): void;
}

/** Controls of the text: feature matches, search, colours, further units, signs. */
export function textHead(store: ViewContext, recordings: readonly ComparedRecording[], doing: Doing): TemplateResult {
  const find = store.option('find');
  return html`${pairSwitch(store, recordings[0], doing)}${matchButtons(store, recordings[0], doing.toMatch)}
    ${backButton('text', doing.goBack)}
    <rv-find
      .typed=${find.value}
      .searcher=${doing.searcher}
      @rv-find=${(event: CustomEvent<string>) => (find.value = event.detail)}
      @rv-walk=${(event: CustomEvent<1 | -1>) => doing.toHit(event.detail)}
    ></rv-find>
    <span class="push"></span>${colorField(store, recordings)}${stillHeldButton(
      store,
      recordings,
    )}${furtherUnitsMenu(store, recordings[0], STRIPS)}${signs(store)}`;
}

/** Sides of a pair; the one that is pressed has the colours. */
function pairSwitch(store: ViewContext, recording: ComparedRecording, { switchSide }: Doing) {
  const sides = sidesOf(store, recording);
  if (!sides) return nothing;
  const own = sideOf(sides, recording);
  const button = (side: PairSide) =>
    toggleButton(side === own, side, `Colours and layers of the ${side}; so does a click on one of its tokens`, () =>
      switchSide(side),
    );
  return html`<span class="segments" role="group" aria-label="Side with colours"
    >${button('source')}${button('target')}</span
  >`;
}

function colorField(store: ViewContext, recordings: readonly ComparedRecording[]) {
  const color = store.option('color');
  const by = color.value;
  const offered = choices(recordings);
  const shownChoices = offered.includes(by) ? offered : [...offered, by];
  return html`<label
    >Colour
    <select @change=${(event: Event) => (color.value = (event.target as HTMLSelectElement).value as ColorBy)}>
      ${shownChoices.map((one) => option(one, COLOR_NAMES[one], one === by))}
    </select></label
  >`;
}

function signs(store: ViewContext) {
  const on = store.option('signs');
  return html`<button
    aria-pressed=${on.value === 'on'}
    title="Make white space visible"
    @click=${() => (on.value = on.value === 'on' ? 'off' : 'on')}
  >
    ␣ ⏎ →
  </button>`;
}
