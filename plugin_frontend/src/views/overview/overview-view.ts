import { SETTINGS } from '../../state/settings.ts';
import { signal } from '@preact/signals-core';
import { css, html, nothing, type PropertyValues } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ExportTable } from '../../ui/export/export-table.ts';
import type { RunInfo } from '../../data/types.ts';
import { field } from '../../ui/field.ts';
import { nameFilter } from '../../ui/run-picker.ts';
import { controls } from '../../ui/theme.ts';
import { View } from '../../ui/view.ts';
import { formatCount } from '../../ui/format.ts';
import { overviewOf } from '../../state/overview.ts';
import { valueOrStale } from '../../state/store.ts';
import type { Timeline } from '../../state/timeline.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { loadingPanel } from '../../ui/state-panel.ts';
import { lossesOf, overviewTable, probeOf, sorted } from './overview-model.ts';
import './run-row.ts';
import type { RunRow } from './run-row.ts';

/** Runs out of sight that are read at a time when the table is sorted. */
const AT_ONCE = 4;

/**
 * Table of every run in the log.
 * A run is read when it comes into sight; all are read to sort them by their content.
 */
export class OverviewView extends View {
  static override styles = [
    controls,
    panelStyle,
    css`
      .picture {
        overflow: hidden auto;
        border-top: 1px solid var(--rv-line);
      }
      input[type='search'] {
        flex: 1 1 90px;
      }
      p {
        margin: 0;
        padding: 12px 8px;
        color: var(--rv-muted);
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** Runs that were in sight once. */
  private readonly seen = signal<ReadonlySet<string>>(new Set());
  private sight: IntersectionObserver | null = null;
  private readonly rows = new WeakSet<Element>();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sight?.disconnect();
    this.sight = null;
  }

  override render() {
    const { store } = this;
    const runs = valueOrStale(store.index.value)?.runs;
    if (!runs) return loadingPanel('Looking for runs…', 'fill');
    const filter = store.option('runs');
    const fits = nameFilter(filter.value);
    const sort = store.option('runs-sort').value;
    const matches = sorted(
      runs.filter(({ name }) => fits(name)),
      sort,
      (run) => this.lossOf(run),
    );
    const unread = sort === 'loss' ? matches.filter((run) => this.isWaiting(run)).length : 0;
    return html`<div class="head">
        <input
          type="search"
          placeholder="Filter runs"
          aria-label="Filter runs"
          title="A regular expression, or plain text"
          .value=${live(filter.value)}
          @input=${(event: Event) => (filter.value = (event.target as HTMLInputElement).value)}
        />
        ${field(
          'sort',
          SETTINGS['runs-sort'].values.map((value) => ({ value, label: value })),
          sort,
          (value) => (store.option('runs-sort').value = value),
        )}
        <span class="muted number" role="status"
          >${
            matches.length === runs.length
              ? formatCount(runs.length)
              : `${formatCount(matches.length)} of ${formatCount(runs.length)}`
          }
          ${runs.length === 1 ? 'run' : 'runs'}${unread ? `, ${formatCount(unread)} not read yet` : ''}</span
        >
      </div>
      <div class="picture">
        ${repeat(
          matches,
          ({ run }) => run,
          (run) =>
            html`<rv-run-row
              role="group"
              aria-label=${run.name}
              .store=${store}
              .run=${run}
              .seen=${this.seen.value.has(run.run)}
            ></rv-run-row>`,
        )}
        ${
          matches.length
            ? nothing
            : html`<p>
                ${
                  runs.length
                    ? `None of ${formatCount(runs.length)} runs fits “${filter.value}”.`
                    : 'There are no runs yet.'
                }
              </p>`
        }
      </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.sight ??= this.watchSight();
    for (const row of this.renderRoot.querySelectorAll('rv-run-row')) {
      if (this.rows.has(row)) continue;
      this.rows.add(row);
      this.sight.observe(row);
    }
    this.readOn();
  }

  override exportTable(): ExportTable | null {
    const runs = valueOrStale(this.store.index.peek())?.runs ?? [];
    const probe = this.store.selection.peek()?.probe ?? '';
    return overviewTable(
      runs.map((run) => ({
        run,
        probe: probeOf(run, probe),
        digests: valueOrStale(this.timelineOf(run)?.digests.peek() ?? { state: 'loading', stale: null }) ?? [],
      })),
    );
  }

  /** null of a run that was not seen. */
  private timelineOf(run: RunInfo): Timeline | null {
    const probe = probeOf(run, this.store.selection.peek()?.probe ?? '');
    return probe && this.seen.peek().has(run.run) ? overviewOf(this.store, run.run, probe.probe) : null;
  }

  private lossOf(run: RunInfo): number | null {
    void this.seen.value;
    return (
      lossesOf(valueOrStale(this.timelineOf(run)?.digests.value ?? { state: 'loading', stale: null }) ?? [])?.last ??
      null
    );
  }

  private isWaiting(run: RunInfo): boolean {
    const state = this.timelineOf(run)?.digests.value;
    return state ? state.state === 'loading' && !state.stale : run.probes.length > 0;
  }

  private watchSight(): IntersectionObserver {
    return new IntersectionObserver(
      (entries) => {
        const inSight = entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target);
        inSight.forEach((row) => this.sight?.unobserve(row));
        this.read(inSight.map((row) => (row as RunRow).run.run));
      },
      { root: this.renderRoot.querySelector('.picture'), rootMargin: '100px' },
    );
  }

  private read(runs: readonly string[]): void {
    const fresh = runs.filter((run) => !this.seen.peek().has(run));
    if (fresh.length) this.seen.value = new Set([...this.seen.peek(), ...fresh]);
  }

  /** Sorted by loss, every run is read, some at a time. */
  private readOn(): void {
    if (this.store.option('runs-sort').value !== 'loss') return;
    const runs = valueOrStale(this.store.index.peek())?.runs ?? [];
    const unseen = runs.filter(({ run, probes }) => probes.length && !this.seen.peek().has(run));
    const room = AT_ONCE - runs.filter((run) => this.timelineOf(run)?.digests.peek().state === 'loading').length;
    if (room > 0) this.read(unseen.slice(0, room).map(({ run }) => run));
  }
}
customElements.define('rv-overview-view', OverviewView);
