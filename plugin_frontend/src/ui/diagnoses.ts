import { css, html, nothing } from 'lit';
import type { Severity, Diagnosis } from '../data/types.ts';
import type { Change } from '../state/store.ts';
import { asTokens, type Wording } from '../state/wording.ts';
import { Disclosure } from './disclosure.ts';
import { capital, formatCount, spaced } from './format.ts';

/** Units that are named, at most. */
const NAMED = 16;
const WORST_FIRST: readonly Severity[] = ['error', 'warning', 'note'];

/**
 * List of diagnoses behind a button with their number.
 * Fires `rv-place` with the layer, quantity or unit that was pressed.
 */
export class DoctorNote extends Disclosure {
  static override properties = { symptoms: { attribute: false }, at: {}, wording: { attribute: false } };
  declare symptoms: readonly Diagnosis[];
  /** Name of the step. */
  declare at: string;
  declare wording: Wording;

  static override styles = [
    ...Disclosure.styles,
    css`
      .units {
        display: flex;
        flex-wrap: wrap;
        gap: 3px;
        align-items: center;
        margin: 3px 0;
      }
      button {
        height: 20px;
        padding: 0 5px;
        font-variant-numeric: tabular-nums;
      }
      .severity {
        border: 1px solid var(--rv-line);
        border-radius: 3px;
        padding: 0 4px;
      }
      .error {
        border-color: var(--rv-error);
        color: var(--rv-error);
      }
    `,
  ];

  constructor() {
    super();
    this.symptoms = [];
    this.at = '';
    this.wording = asTokens;
  }

  override render() {
    if (!this.symptoms.length) return nothing;
    const sorted = [...this.symptoms].sort((a, b) => WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity));
    return this.list(
      `doctor: ${summary(this.symptoms)}`,
      `What looks wrong at ${this.at}`,
      `Doctor at ${this.at}`,
      sorted.map((symptom) => this.symptom(symptom)),
    );
  }

  private symptom({ code, severity, title, layer, quantity, units, concerned, evidence, why, advice }: Diagnosis) {
    const named = units.slice(0, NAMED);
    const rest = concerned - named.length;
    const target = quantity === null ? { layer } : { layer, quantity };
    return html`<li>
      <span class="severity ${severity}">${severity}</span> <b>${capital(title)}</b> <span class="muted">${code}</span>
      <div class="units">
        <button title="Show this layer" @click=${() => this.go(target)}>
          ${layer}${quantity === null ? '' : ` ${spaced(quantity)}`}
        </button>
        ${named.length ? html`unit${concerned === 1 ? '' : 's'}` : 'all units'}
        ${named.map(
          (unit) =>
            html`<button
              aria-label="Unit ${unit}"
              title="Show unit ${unit}"
              @click=${() => this.go({ ...target, unit })}
            >
              ${unit}
            </button>`,
        )}
        ${named.length && rest > 0 ? html`<span class="muted">and ${formatCount(rest)} more</span>` : nothing}
      </div>
      <div>${this.wording(evidence)}</div>
      <div class="muted">${this.wording(`${why} ${advice}`)}</div>
    </li>`;
  }

  private go(target: Change): void {
    this.close();
    this.dispatchEvent(new CustomEvent<Change>('rv-place', { detail: target }));
  }
}
customElements.define('rv-doctor', DoctorNote);

/** Number of diagnoses by severity: "1 error, 2 notes". */
export function summary(symptoms: readonly Diagnosis[]): string {
  const counts = WORST_FIRST.map(
    (severity) => [severity, symptoms.filter((symptom) => symptom.severity === severity).length] as const,
  );
  return counts
    .filter(([, n]) => n)
    .map(([severity, n]) => `${n} ${severity}${n === 1 ? '' : 's'}`)
    .join(', ');
}
