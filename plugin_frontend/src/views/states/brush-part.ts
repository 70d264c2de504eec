import { html, nothing, type TemplateResult } from 'lit';
import { featureName } from '../../ui/feature-name.ts';
import { formatCount, truncate } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';
import { visible } from '../../state/visible-characters.ts';
import type { Share } from './state-brush.ts';

export interface BrushSummary {
  readonly count: number;
  readonly total: number;
  /** Frequent tokens; null of a signal, whose steps have none. */
  readonly tokens: readonly Share[] | null;
  readonly features: readonly Share[];
  readonly classes: readonly Share[];
}

export interface BrushActions {
  clear(): void;
  /** Goes to a chosen state of this token. */
  goTo(token: string): void;
  choose(feature: string): void;
}

/** States within the rectangle: their tokens, and what is frequent among them. */
export function brushPart({ count, total, tokens, features, classes }: BrushSummary, actions: BrushActions) {
  const share = (part: Share) =>
    html`<td>${percent(part.inside / count)}</td>
      <td>${percent(part.all / total)}</td>
      <td>${part.ratio >= 10 ? Math.round(part.ratio) : part.ratio.toFixed(1)} ×</td>`;
  const rows = (parts: readonly Share[], name: (part: Share) => unknown) =>
    parts.map(
      (part) =>
        html`<tr>
          <td>${name(part)}</td>
          ${share(part)}
        </tr>`,
    );
  const head = (title: string): TemplateResult =>
    html`<tr>
      <th scope="col">${title}</th>
      <th scope="col">here</th>
      <th scope="col">all</th>
      <th scope="col">ratio</th>
    </tr>`;
  return html`<section aria-label="Chosen states">
    <h3>
      ${formatCount(count)} of ${formatCount(total)} states
      <button title="Choose no states" @click=${actions.clear}>Clear</button>
    </h3>
    ${
      count === 0
        ? html`<p class="muted">No state is in the rectangle at this step.</p>`
        : html`${
            tokens
              ? html`<table>
                  <caption class="muted">
                    Most frequent tokens
                  </caption>
                  <tbody>
                    <tr>
                      <th scope="col">token</th>
                      <th scope="col">here</th>
                      <th scope="col">of its occurrences</th>
                    </tr>
                    ${tokens.map(
                      ({ name, inside, all }) =>
                        html`<tr>
                          <td>
                            <button
                              class="word"
                              title="Go to one of them in every view"
                              @click=${() => actions.goTo(name)}
                            >
                              ${truncate(visible(name), 20)}
                            </button>
                          </td>
                          <td>${formatCount(inside)}</td>
                          <td>${percent(inside / all)}</td>
                        </tr>`,
                    )}
                  </tbody>
                </table>`
              : nothing
          }
          ${
            features.length || classes.length
              ? html`<table>
                  <caption class="muted">
                    More frequent here than chance explains
                  </caption>
                  <tbody>
                    ${head('feature or class')}${rows(classes, ({ name }) => name)}
                    ${rows(
                      features,
                      ({ name }) =>
                        html`<button title="Choose this feature in every view" @click=${() => actions.choose(name)}>
                          ${featureName(name)}
                        </button>`,
                    )}
                  </tbody>
                </table>`
              : html`<p class="muted">No feature or class is more frequent here than chance explains.</p>`
          }`
    }
  </section>`;
}
