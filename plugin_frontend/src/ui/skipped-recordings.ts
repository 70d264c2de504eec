import { html, nothing } from 'lit';
import { axisWords, type AxisWords } from '../state/axis.ts';
import type { Gap } from '../state/skipped.ts';
import { Disclosure } from './disclosure.ts';
import { capital } from './format.ts';

const UNKNOWN =
  'the recording was not finished, or TensorBoard does not hold it in memory and its event file cannot be read';

/** Note on missing data; opened, it lists what is missing, at which steps, and why. */
export class LeftOutNote extends Disclosure {
  static override properties = { gaps: { attribute: false }, steps: { attribute: false }, axis: { attribute: false } };
  declare gaps: readonly Gap[];
  /** All that were read, so that neighbours can be told. */
  declare steps: readonly number[];
  declare axis: AxisWords;

  constructor() {
    super();
    this.gaps = this.steps = [];
    this.axis = axisWords('epoch');
  }

  override render() {
    if (!this.gaps.length) return nothing;
    const all = [...new Set([...this.steps, ...this.gaps.flatMap(({ steps }) => steps)])].sort((a, b) => a - b);
    return this.list(
      `left out: ${summary(this.gaps, this.axis)}`,
      'What is not there, and why',
      'Left out',
      this.gaps.map((gap) => this.gap(gap, all)),
    );
  }

  private gap({ kind, steps, names, reason }: Gap, all: readonly number[]) {
    const where = capital(this.axis.names(steps, all));
    const what = {
      steps: html`<b>${where}</b>: no text, activity or spectra`,
      quantities: html`<b>${where}</b>: no ${names.join(', ')}`,
      cut: html`<b>${names.join(', ')}</b>: in part`,
      unread: html`<b>${where}</b>: not read`,
      absent: html`<b>${names.join(', ')}</b>: not recorded`,
      damaged: html`<b>${steps.length ? where : 'All'}</b>: damaged`,
    }[kind];
    return html`<li>${what} <span class="muted">– ${reason ?? UNKNOWN}</span></li>`;
  }
}
customElements.define('rv-left-out', LeftOutNote);

/** Number of skipped steps, quantities and damaged parts: "9 epochs, 2 quantities". */
export function summary(gaps: readonly Gap[], { singular, plural }: AxisWords): string {
  const steps = new Set(gaps.filter(({ kind }) => kind === 'steps' || kind === 'unread').flatMap((gap) => gap.steps))
    .size;
  const damaged = gaps.filter(({ kind }) => kind === 'damaged').length;
  const names = new Set(gaps.flatMap((gap) => gap.names)).size;
  return [
    ...(steps ? [`${steps} ${steps === 1 ? singular : plural}`] : []),
    ...(names ? [`${names} ${names === 1 ? 'quantity' : 'quantities'}`] : []),
    ...(damaged ? [`${damaged} damaged ${damaged === 1 ? 'part' : 'parts'}`] : []),
  ].join(', ');
}
