import { css, html, type TemplateResult } from 'lit';
import { chooseStep } from '../../state/choose-step.ts';
import { valueOrStale, type ComparedRecording } from '../../state/store.ts';
import '../../ui/charts/line-chart.ts';
import { stackedAxis, type LineChartModel } from '../../ui/charts/line-layout.ts';
import { formatCount, pluralize, spaced } from '../../ui/format.ts';
import { toggleButton } from '../../ui/toggle-button.ts';
import { Part, partStyle } from '../../ui/view-part.ts';
import { kindColor } from './kind-colors.ts';
import { readFilter } from './gallery-filter.ts';
import { KINDS, kindsOverSteps, statesOf, type KindsOverSteps, type LayerState } from './unit-kinds.ts';

/** Number of units of each kind by layer and state, stacked over the training. */
export class KindsPicture extends Part {
  static override styles = [
    ...partStyle,
    css`
      section {
        border: 0;
        padding: 0;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0 12px;
        list-style: none;
        margin: 0 0 6px;
        padding: 0;
      }
      li {
        display: inline-flex;
        gap: 5px;
        align-items: center;
      }
      li i {
        width: 10px;
        height: 10px;
        border-radius: 2px;
      }
      .tiles {
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 240px), 1fr));
      }
      h3 button {
        margin-left: auto;
        height: 20px;
      }
    `,
  ];

  override render() {
    const { store, recording } = this;
    const recordings = [recording, ...this.over];
    const mixed = store.option('gallerymixed');
    const tiles = recordings.flatMap((one) => this.tiles(one, mixed.value === 'on'));
    const { plural } = recording.data.axis.value;
    const dark = store.dark.value;
    return html`<section aria-label="Units of each kind">
      <h3>
        Units of each kind over ${plural}
        ${toggleButton(
          mixed.value === 'on',
          'mixed',
          'Show mixed units too; without them the others are larger',
          () => (mixed.value = mixed.value === 'on' ? 'off' : 'on'),
        )}
      </h3>
      <ul aria-label="Kinds">
        ${KINDS.filter((kind) => kind !== 'mixed' || mixed.value === 'on').map(
          (kind) => html`<li><i style="background:${kindColor(kind, dark)}" aria-hidden="true"></i>${kind}</li>`,
        )}
      </ul>
      <div class="tiles">${tiles}</div>
    </section>`;
  }

  private tiles(recording: ComparedRecording, mixed: boolean): TemplateResult[] {
    const { store } = this;
    const { data } = recording;
    const { layer, quantity } = readFilter(store);
    const digests = valueOrStale(data.digests.value) ?? [];
    const axis = data.axis.value;
    const states = statesOf(digests).filter(
      (state) => (!layer || state.layer === layer) && (!quantity || state.quantity === quantity),
    );
    return states.map((state) => {
      const series = kindsOverSteps(digests, state);
      if (!series.steps.length) return html``;
      const units = Math.max(...series.steps.map((_, i) => series.counts.reduce((sum, count) => sum + count[i], 0)));
      return html`<div data-state="${state.layer} ${state.quantity}">
        <h4>
          ${this.over.length ? `${recording.letter} · ` : ''}${state.layer} · ${spaced(state.quantity)}
          <span class="muted">${pluralize(units, 'unit')}</span>
        </h4>
        <rv-line-chart
          .chart=${this.chart(state, series, mixed, data.ref.value?.step ?? null, axis)}
          .hover=${store.hover.value.step}
          chooses
          @rv-over=${(event: CustomEvent<number | null>) => store.hoverOver({ step: event.detail })}
          @rv-choose=${(event: CustomEvent<number>) => chooseStep(store, recording, event.detail)}
        ></rv-line-chart>
      </div>`;
    });
  }

  private chart(
    { layer, quantity }: LayerState,
    { steps, counts }: KindsOverSteps,
    mixed: boolean,
    now: number | null,
    { plural, name }: { readonly plural: string; readonly name: (step: number) => string },
  ): LineChartModel {
    const { store } = this;
    const selected = store.option('gallerykind').value;
    const visibleKinds = KINDS.flatMap((kind, i) => (kind === 'mixed' && !mixed ? [] : [{ kind, values: counts[i] }]));
    const most = Math.max(1, ...steps.map((_, i) => visibleKinds.reduce((sum, { values }) => sum + values[i], 0)));
    return {
      label: `Units of each kind of ${layer} ${spaced(quantity)} over ${plural}`,
      x: stackedAxis(steps, plural, name),
      y: { low: 0, high: most },
      lines: visibleKinds.map(({ kind, values }) => ({
        name: kind,
        color: kindColor(kind, store.dark.value),
        at: steps,
        values,
        stacked: true,
        ...(selected && selected !== kind ? { pale: true } : {}),
      })),
      nameOf: name,
      format: formatCount,
      now: now !== null && steps.includes(now) ? [{ stop: now }] : [],
    };
  }
}
customElements.define('rv-kinds-picture', KindsPicture);
