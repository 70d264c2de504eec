import { computed, signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import type { ExportTable } from '../../ui/export/export-table.ts';
import type { Content, Digest, FeatureQueryResult, Finding } from '../../data/types.ts';
import { palette } from '../../ui/draw/axes.ts';
import { evidence, evidenceStyle } from '../../ui/evidence.ts';
import { controls } from '../../ui/theme.ts';
import { View } from '../../ui/view.ts';
import { formatCount, truncate } from '../../ui/format.ts';
import { emptyPanel, loadablePanel } from '../../ui/state-panel.ts';
import { isGate } from '../../state/limits.ts';
import { isMatched } from '../../state/feature-query.ts';
import { findRun } from '../../state/resolve-selection.ts';
import type { RecordingData } from '../../state/recording-data.ts';
import { valueOrStale, type Selection, type ComparedRecording } from '../../state/store.ts';
import { cardOf } from './card.ts';
import { chanceLevels } from './chance-level.ts';
import { tableColumns, type Column } from './columns.ts';
import { facetFilters, filtersButton, groupingField, quickFilters, textFilter } from './filter-fields.ts';
import { besidesFacets, changeFilter, filtered, isQuick, readFilter } from './filter.ts';
import './finding-card.ts';
import { ALL } from './facets.ts';
import { isUnfolded, withFold, type Folds } from './folds.ts';
import { evidenceKey, findingGroups, findingLine } from './findings-list.ts';
import { findingsExportTable } from './findings-numbers.ts';
import { chooseShape, shapeOf, SHAPES, type Shape } from './findings-options.ts';
import { listStyle, tableStyle } from './findings-style.ts';
import { findingsTable } from './findings-table.ts';
import { groupRows, type Group } from './groups.ts';
import './feature-query-field.ts';
import { readOrder, sorted, writeOrder } from './order.ts';
import { keyOf, readPins, toggled, writePins, type Pin } from './pins.ts';
import { quadrantPlot } from './quadrant-plot.ts';
import { rowsOf, type Row } from './finding-rows.ts';
import { isOf, type ListContext } from './findings-context.ts';
import { wordingOf } from '../../state/wording.ts';

/** So many are drawn until all are asked for. */
/** Loads the list of the selection when it is first shown. */
function behaviourList(): typeof nothing {
  void import('./behaviour-list.ts');
  return nothing;
}

const FIRST: Readonly<Record<Shape, number>> = { list: 60, table: 200, quadrant: Infinity, selection: 0 };
/** From so many on there is something to filter. */
const MANY = 7;
/**
 * Most groups whose findings have all their lines and open evidence.
 * With more the first list would not fit one screen.
 */
const FEW_GROUPS = 4;
const FILTERS = 'filters';
/** Most pins whose numbers are requested if they are not among the findings. */
const MOST_ASKED = 16;
const NO_DIGESTS: readonly Digest[] = [];

/** Rows of all findings, those that fit the filter, and their groups in the list. */
interface Listing {
  readonly rows: readonly Row[];
  readonly listed: readonly Row[];
  readonly groups: readonly Group[];
}

/** Sentence about the content of the text, from which the default features follow. */
const remarksList = (...remarks: readonly string[]) =>
  remarks.map((remark) => html`<li><p class="remark">${remark}</p></li>`);

/** The tests that q is corrected over, for a feature that was looked for. */
function correctionRemark({ name, tests, isRecorded }: FeatureQueryResult, recorded: number): string {
  if (isRecorded) return `Findings of the recording: q is over all of its ${formatCount(tests)} tests.`;
  const others = recorded ? `, not over the ${formatCount(recorded)} tests of the recording` : '';
  const own = `${formatCount(tests)} tests of this feature alone`;
  return `${truncate(name)} was not recorded: q is over the ${own}${others}.`;
}

const contentRemark = ({ kind, language, confidence, evidence }: Content): string =>
  `Text: ${kind}${language ? ` (${language})` : ''}, ${confidence === null ? '' : 'recognised by '}${evidence}`;

/**
 * Findings as a list, a table or a plot.
 * A fourth layout finds units by their behaviour over a range of tokens.
 */
export class FindingsView extends View {
  static override properties = { ...View.properties, all: { state: true }, folds: { state: true } };
  declare private all: boolean;
  declare private folds: Folds;
  static override styles = [controls, listStyle, tableStyle, evidenceStyle];

  /** Finding that was selected when the list was drawn first. */
  private firstKey: string | null = null;
  private readonly width = signal(0);
  private readonly observer = new ResizeObserver(([{ contentRect }]) => (this.width.value = contentRect.width));
  private readonly shape = computed(() => shapeOf(this.store, this.width.value));
  private readonly hoveredUnit = computed(() => this.store.hover.value.unit);

  constructor() {
    super();
    this.all = false;
    this.folds = new Map();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  override render() {
    const { store, recording } = this;
    const selection = store.selection.value;
    if (!selection || !recording) return nothing;
    const shape = this.shape.value;
    return html`<rv-look .store=${store} .recording=${recording}></rv-look>${
        shape === 'selection'
          ? html`<div class="head">${this.shapes(shape)}</div>
              <div class="body">
                ${behaviourList()}<rv-behaviour .store=${store} .recording=${recording}></rv-behaviour>
              </div>`
          : this.findings(shape, selection)
      }`;
  }

  override exportTable(): ExportTable | null {
    const rows = this.listed(this.rows);
    return rows.length
      ? findingsExportTable(
          rows,
          this.listedRecordings.map(({ letter }) => letter),
        )
      : null;
  }

  /** A difference has no findings of its own: those of both stand beside each other. */
  private get listedRecordings(): readonly ComparedRecording[] {
    return this.mode === 'difference' ? this.store.comparedRecordings.value : this.recordings;
  }

  private get typed(): string {
    return isMatched(valueOrStale(this.recording.data.queryResult.value)) ? this.store.featureQuery.value : '';
  }

  private get rows(): readonly Row[] {
    const pins = readPins(this.pins.value);
    const recordings = this.listedRecordings.map(({ data }) => {
      const queryResult = valueOrStale(data.queryResult.value);
      const recorded = data.digest.value?.findings ?? [];
      const digests = valueOrStale(data.digests.value) ?? NO_DIGESTS;
      const [findings, rest] = isMatched(queryResult) ? [queryResult.units, recorded] : [recorded, []];
      return { findings, digests, besides: [...rest, ...pinnedBesides(pins, [...findings, ...recorded], data)] };
    });
    return rowsOf(recordings, pins, this.typed);
  }

  private get pins() {
    return this.store.option('pins');
  }

  private get columns(): readonly Column[] {
    return tableColumns(
      this.listedRecordings.length,
      this.mode === 'difference',
      this.recording.data.axis.value.singular,
    );
  }

  private get order() {
    return this.store.option('findingssort');
  }

  private listed(rows: readonly Row[]): readonly Row[] {
    const { columns } = this;
    return sorted(filtered(rows, readFilter(this.store), columns), columns, readOrder(this.order.value));
  }

  private findings(shape: Shape, selection: Selection): TemplateResult {
    const { rows, store } = this;
    const listed = this.listed(rows);
    const filter = readFilter(store);
    const grouping = store.option('findingsgroups');
    const groups = shape === 'list' ? groupRows(listed, grouping.value) : [];
    const showing = this.showing(rows, groups, selection);
    const change = (more: Partial<typeof filter>) => changeFilter(store, more);
    const isRestricted = Object.values(filter.facets).some(({ length }) => length);
    const many = rows.length >= MANY || filter.text || isRestricted;
    const { kind, aspect, quantity } = filter.facets;
    const isOpen = showing.isUnfolded(
      FILTERS,
      [filter.text, kind, aspect, quantity].some(({ length }) => length),
    );
    const toggle = () => showing.unfold(FILTERS, !isOpen);
    const text = many ? textFilter(filter, change) : nothing;
    const besides = besidesFacets(rows, filter, this.columns);
    return html`<div class="head">
        ${this.shapes(shape)}${isOpen || shape !== 'list' ? text : nothing}${
          (many && shape !== 'list') || isQuick(filter) ? quickFilters(rows, filter, change) : nothing
        }${many ? filtersButton(isOpen, toggle) : nothing}${
          many && shape === 'list' ? groupingField(grouping.value, (value) => (grouping.value = value)) : nothing
        }${many ? facetFilters(besides, filter, change, { isOpen, wording: wordingOf(store) }) : nothing}
      </div>
      ${this.body(shape, { rows, listed, groups }, showing)}
      <div class="foot number">
        ${this.foot(rows.filter(({ first }) => first).length, listed.filter(({ first }) => first).length)}
      </div>`;
  }

  private shapes(shape: Shape): TemplateResult {
    return html`<span class="segments" role="group" aria-label="How findings are shown"
      >${SHAPES.map(
        ([one, label, title]) =>
          html`<button aria-pressed=${one === shape} title=${title} @click=${() => chooseShape(this.store, one)}>
            ${label}
          </button>`,
      )}</span
    >`;
  }

  private body(shape: Shape, { rows, listed, groups }: Listing, showing: ListContext): TemplateResult {
    const { digests, axis, queryResult, ref } = this.recording.data;
    const old = (this.typed ? queryResult : digests).value.state === 'loading' ? 'old' : '';
    const name = this.typed
      ? `Units associated with ${truncate(valueOrStale(queryResult.value)?.name ?? '')}`
      : `Findings at ${axis.value.name(ref.value?.step ?? 0)}`;
    const first = this.all ? listed : listed.slice(0, FIRST[shape]);
    const firstGroups = this.all ? groups : groups.slice(0, FIRST.list);
    const more = (shape === 'list' ? groups.length > firstGroups.length : listed.length > first.length)
      ? html`<button class="more" @click=${() => (this.all = true)}>Show all ${listed.length}</button>`
      : nothing;
    if (!listed.length)
      return html`<ul class="body ${old}" aria-label=${name}>
        <li>${this.nothing(rows.length)}</li>
        ${this.remarks()}
      </ul>`;
    if (shape === 'list') {
      return html`<ul class="body ${old}" aria-label=${name}>
        ${findingGroups(firstGroups, this.store.option('findingsgroups').value, showing)}${
          more === nothing ? nothing : html`<li>${more}</li>`
        }${this.remarks()}
      </ul>`;
    }
    if (shape === 'quadrant')
      return html`<div class="body ${old}">${quadrantPlot(first, showing)}</div>
        ${this.selectedFinding(first, showing)}`;
    const order = readOrder(this.order.value);
    return html`<div
      class="body scroller ${old}"
      data-scrolls
      tabindex="0"
      role="region"
      aria-label="Table of findings"
    >
      ${findingsTable(
        { rows: first, columns: this.columns, order, name, sort: (to) => (this.order.value = writeOrder(to)) },
        showing,
      )}${more}
    </div>`;
  }

  /** Under the plot, the finding that is chosen. */
  private selectedFinding(rows: readonly Row[], showing: ListContext): TemplateResult | typeof nothing {
    const row = rows.find(({ key }) => key === showing.selectedKey);
    return row
      ? html`<ul class="below" aria-label="The finding chosen">
          ${findingLine(row, showing)}
        </ul>`
      : nothing;
  }

  private foot(total: number, listed: number): string {
    const tests = this.typed ? 0 : (this.recording.data.digest.value?.tests ?? 0);
    const many = listed < total ? `${formatCount(listed)} of ${formatCount(total)} listed` : formatCount(total);
    return tests
      ? `${many}${listed < total ? ', of' : ' of'} ${formatCount(tests)} tests`
      : `${many} ${total === 1 ? 'unit' : 'units'}`;
  }

  /** Remarks about the recordings beside the findings. */
  private remarks() {
    const digest = this.recording.data.digest.value;
    const queryResult = this.typed ? valueOrStale(this.recording.data.queryResult.value) : null;
    if (queryResult) return remarksList(correctionRemark(queryResult, digest?.tests ?? 0));
    if (!digest) return nothing;
    return remarksList(
      ...digest.features.filter(({ note }) => note).map(({ name, note }) => `${name}: ${wordingOf(this.store)(note!)}`),
      ...(digest.content ? [contentRemark(digest.content)] : []),
      ...(digest.tagger ? [`Parts of speech by ${digest.tagger}`] : []),
    );
  }

  private nothing(total: number): TemplateResult {
    const {
      digests,
      digest,
      axis: {
        value: { singular: one },
      },
    } = this.recording.data;
    if (total)
      return emptyPanel(`None of ${formatCount(total)} findings fits.`, 'line', {
        label: 'Show all',
        act: this.unfilter,
      });
    if (this.typed) return emptyPanel('No unit could be held against it.');
    if (digests.value.state !== 'ready') return loadablePanel(digests.value, 'Reading the findings…');
    if (!digest.value) return emptyPanel(`No findings were logged for this ${one}.`);
    return emptyPanel(
      digest.value.features.length
        ? `No unit stands out for any feature at this ${one}.`
        : 'No features were given to the callback, so no unit was searched for one.',
    );
  }

  private readonly unfilter = (): void =>
    changeFilter(this.store, { text: '', feature: '', layer: '', significant: false, pinned: false, facets: ALL });

  private showing(
    rows: readonly Row[],
    groups: readonly Group[],
    { feature, layer, quantity }: Selection,
  ): ListContext {
    const { store, listedRecordings, typed, folds } = this;
    const selectedKey = keyOf({ feature, layer, quantity, unit: this.recording.data.unit.value });
    const hasRoom = groups.length <= FEW_GROUPS;
    if (rows.length) this.firstKey ??= selectedKey;
    const { series } = palette(store.dark.value);
    const unit = this.hoveredUnit.value;
    return {
      recordings: listedRecordings.map(({ letter, label, data, series: index }, recording) => ({
        letter,
        label,
        color: series[index],
        when: data.axis.value.name(data.ref.value?.step ?? 0),
        levels: chanceLevels(rows.flatMap(({ findings }) => findings[recording] ?? [])),
      })),
      strongest: rows
        .flatMap(({ findings }) => findings)
        .reduce((most, h) => Math.max(most, Math.abs(h?.effect ?? 0) || 0), 0),
      typed,
      wording: wordingOf(store),
      selectedKey,
      hasRoom,
      opensEvidence: hasRoom || selectedKey !== this.firstKey,
      isUnfolded: (key, isOpenByDefault) => isUnfolded(folds, key, selectedKey, isOpenByDefault),
      unfold: (key, isOpen) => (this.folds = withFold(this.folds, key, { isOpen, selectedKey })),
      isHovered: ({ pin }) => pin.unit === unit && pin.layer === layer && pin.quantity === quantity,
      choose: this.choose,
      pin: ({ pin }) => (this.pins.value = writePins(toggled(readPins(this.pins.peek()), pin))),
      hover: this.hover,
      open: this.open,
    };
  }

  private readonly choose = (row: Row): void => {
    const { store } = this;
    const { feature, layer, quantity, look } = row.pin;
    const unit = this.unitOfA(row);
    this.folds = withFold(this.folds, evidenceKey(row), { isOpen: true, selectedKey: row.key });
    store.select(look ? { layer, quantity, unit } : { feature, layer, quantity, unit });
    if (look) store.featureQuery.value = look;
  };

  /** The selection speaks of A; a unit that matches none there goes by its number. */
  private unitOfA({ pin }: Row): number {
    return this.recording.data.unitMapping.value.toA(pin.unit) ?? pin.unit;
  }

  /** A unit can be pointed at in other views where they show its layer and quantity. */
  private readonly hover = (row: Row | null): void => {
    const { layer, quantity } = this.store.selection.peek() ?? {};
    const seen = row && row.pin.layer === layer && row.pin.quantity === quantity;
    this.store.hoverOver({ unit: seen ? this.unitOfA(row) : null });
  };

  /** Evidence of a finding in each recording, and its card. */
  private readonly open = (row: Row): TemplateResult => {
    const { store, listedRecordings } = this;
    const index = valueOrStale(store.index.value);
    const { layer, quantity } = row.pin;
    const gate = index !== null && isGate(index, layer, quantity);
    return html`${listedRecordings.map(({ label, data }, i) => {
      const h = row.findings[i];
      const ref = data.ref.value;
      if (!h || !ref) return nothing;
      const digest = data.digest.value;
      const queryResult = valueOrStale(data.queryResult.value);
      const origin = {
        run: (index && findRun(index, ref.run)?.name) ?? ref.run,
        probe: ref.probe,
        step: ref.step,
        digest,
        queryResult,
      };
      return html`${listedRecordings.length > 1 ? html`<h4>${label}</h4>` : nothing}${evidence(
          h,
          { digest, gate, typed: isOf(row, this.typed), wording: wordingOf(store) },
          (unit) => store.select({ layer, quantity, unit }),
        )}
        <div class="evidence card"><rv-finding-card .card=${cardOf(h, origin)}></rv-finding-card></div>`;
    })}`;
  };
}
customElements.define('rv-findings-view', FindingsView);

/** Pinned findings that are not in the list, with their statistics. */
function pinnedBesides(
  pins: readonly Pin[],
  findings: readonly Finding[],
  { digest, reportOf }: RecordingData,
): Finding[] {
  if (!pins.length || !digest.value?.features.length) return [];
  const listed = new Set(findings.map(keyOf));
  return pins
    .filter((pin) => !pin.look && !listed.has(keyOf(pin)))
    .slice(0, MOST_ASKED)
    .flatMap((pin) => {
      const report = reportOf(pin.layer, pin.quantity, pin.unit).value;
      return report.state === 'ready' ? report.value.findings.filter(({ feature }) => feature === pin.feature) : [];
    });
}
