import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { Activity, LayerInfo, TokenText } from '../../data/types.ts';
import { layerOf } from '../../ui/chosen-layer.ts';
import { groupUnits, type Group } from '../../ui/draw/heatmap-rows.ts';
import { bestStretch, chosenFinding, middleOf } from '../../state/best-stretch.ts';
import {
  valueOrStale,
  type Loadable,
  type Selection,
  type ComparedRecording,
  type ViewContext,
} from '../../state/store.ts';
import { barColumns } from './bar-columns.ts';
import { stackOf, type StackedRow } from './gate-stack.ts';
import { chooseColumns } from './heatmap-columns.ts';
import { buildModel, stackCells, unitCells, type Model } from './heatmap-model.ts';
import type { HeatmapOptions } from './heatmap-options.ts';
import { orderRows } from './row-order.ts';
import { someRows, whyNotAll } from './some-rows.ts';

const WAITING = { state: 'loading', stale: null } as const;

/**
 * Data of the heatmap of one recording.
 * Each part is recomputed only when its inputs change.
 */
export class HeatmapData {
  private readonly layer: ReadonlySignal<LayerInfo | null>;
  /** Reason for which only some units are read; null if all are. */
  readonly whyNotAll: ReadonlySignal<string | null>;
  readonly activity: ReadonlySignal<Loadable<Activity>>;
  readonly text: ReadonlySignal<TokenText | null>;
  readonly model: ReadonlySignal<Model | null>;
  readonly note: ReadonlySignal<string | null>;
  /** Token at which the chosen finding shows best; null if there is none. */
  readonly bestToken: ReadonlySignal<number | null>;
  /** True while any data on show is being reloaded. */
  readonly old: ReadonlySignal<boolean>;

  constructor(
    store: ViewContext,
    recording: ReadonlySignal<ComparedRecording | null>,
    options: ReadonlySignal<HeatmapOptions>,
    similar: ReadonlySignal<Uint32Array | null>,
  ) {
    const sources = () => recording.value?.data ?? null;
    const selection = (): Selection => store.selection.value!;
    const relevance = computed(() => sources()?.relevance.value ?? WAITING);
    const read = computed(() => sources()?.text.value ?? WAITING);
    this.text = computed(() => valueOrStale(read.value));
    this.layer = computed(() => recording.value && layerOf(store, recording.value));
    this.whyNotAll = computed(() => whyNotAll(this.layer.value?.units ?? 0, sources()?.digest.value?.tokens ?? 0));
    const groupsOf = (units: number): Group[] => {
      const { unit, units: further, findings } = sources()!;
      return groupUnits(findings.value, selection(), [unit.value, ...further.value], units);
    };
    this.activity = computed((): Loadable<Activity> => {
      const from = sources();
      if (!from || !store.selection.value) return WAITING;
      const units = this.layer.value?.units ?? 0;
      const activity = this.whyNotAll.value
        ? someRows(from, selection().quantity, [...new Set(groupsOf(units).flatMap((group) => group.units))], units)
        : from.activity.value;
      // Colours of limits that are still loading would change a moment later.
      return store.colors.pending.value && activity.state === 'ready' ? WAITING : activity;
    });
    const activity = computed(() => valueOrStale(this.activity.value));
    const mask = computed(() => (sources() ? valueOrStale(sources()!.mask.value) : null));
    const feature = computed(() => store.selection.value?.feature ?? '');
    const choice = computed(() => options.value.columns);
    const columns = computed(() =>
      chooseColumns(mask.value, activity.value?.matrix.columns ?? 0, feature.value, choice.value),
    );
    const cells = computed(() => activity.value && unitCells(activity.value, columns.value, sources()!.colorsOf.value));
    const bars = computed(() => {
      if (!activity.value) return [];
      const { features, statistic } = options.value;
      const { layer, quantity } = selection();
      const evidence = {
        relevance: valueOrStale(relevance.value),
        hypotheses: sources()!.findings.value,
        layer,
        quantity,
        units: activity.value.matrix.rows,
        difference: sources()!.difference,
      };
      return barColumns(evidence, [...new Set([feature.value, ...features])], statistic);
    });
    const stack = computed((): StackedRow[] => {
      const [from, layer] = [sources(), this.layer.value];
      if (!options.value.gates || !from || !layer || from.unit.value < 0) return [];
      const digests = store.comparedRecordings.value.flatMap((one) => valueOrStale(one.data.digests.value) ?? []);
      return stackOf({
        sources: from,
        layer: layer.layer,
        unit: from.unit.value,
        quantities: layer.quantities,
        digests,
        colorsOf: (quantity) => store.colors.ofQuantity(from, quantity),
      });
    });
    const stacked = computed(() => stackCells(stack.value, columns.value));
    this.bestToken = computed(() => {
      const [from, selected] = [sources(), store.selection.value];
      if (!from || !selected || !mask.value || mask.value.length !== activity.value?.matrix.columns) return null;
      const finding = chosenFinding(from.findings.value, selected, from.unit.value);
      const stretch = finding && bestStretch(activity.value.matrix.row(finding.unit), mask.value, finding.effect);
      return stretch && middleOf(stretch);
    });
    this.note = computed(() => columns.value.note);
    this.old = computed(
      () =>
        this.activity.value.state !== 'ready' ||
        [relevance.value, read.value, ...stack.value.map((row) => row.activity)].some(
          ({ state }) => state === 'loading',
        ),
    );
    this.model = computed(() => {
      if (!activity.value || !cells.value || !store.selection.value) return null;
      const units = activity.value.matrix.rows;
      return buildModel({
        activity: activity.value,
        whole: !this.whyNotAll.value,
        text: this.text.value,
        columns: columns.value,
        cells: cells.value,
        colorsOf: sources()!.colorsOf.value,
        groups: groupsOf(units),
        order: orderRows(units, bars.value, options.value, similar.value),
        chosen: sources()!.unit.value,
        bars: bars.value,
        stack: stack.value,
        stackCells: stacked.value,
      });
    });
  }
}
