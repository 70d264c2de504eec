import { sortOrder } from '../../data/statistics.ts';
import { formatNumber, spaced } from '../../ui/format.ts';
import { FINDING_COLUMNS, textOf, valueOf, type FindingColumn, type Remark } from './finding-columns.ts';
import type { Row } from './finding-rows.ts';

/** Column of the table of findings and of its export. */
export interface Column {
  /** Name in links. */
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly help: string;
  /** `choice`: a button that selects the row. */
  readonly kind: 'choice' | 'text' | 'number' | 'bar';
  /**
   * Group of columns: feature and unit, steps before, difference of recordings.
   * A number is the index of the recording that the evidence is of.
   */
  readonly group: 'identity' | 'history' | 'difference' | number;
  /** True if the first press on the head sorts from the lowest. */
  readonly ascending: boolean;
  /** True if the table shows it only where there is room. */
  readonly minor: boolean;
  /** Remarks behind its numbers; null if it has none. */
  readonly remarks: Pick<Remark, 'width' | 'narrow'> | null;
  /** Exported value. */
  readonly value: (row: Row) => number | string | null;
  /** Sort key; null if it is unknown. */
  readonly order: (row: Row) => number | string | null;
  readonly text: (row: Row) => string;
  readonly remark: (row: Row) => string;
  readonly tooltip: (row: Row) => string;
}

type Definition = Pick<Column, 'id' | 'help' | 'value'> & Partial<Column>;

const column = (definition: Definition): Column => ({
  label: definition.id,
  unit: '',
  kind: 'number',
  group: 'identity',
  ascending: false,
  minor: false,
  remarks: null,
  order: definition.value,
  text: (row) => String(definition.value(row) ?? '–'),
  remark: () => '',
  tooltip: () => '',
  ...definition,
});

/** Column of a number of the findings in one recording. */
function recordingColumn(source: FindingColumn, recording: number, id: string): Column {
  const order = sortOrder(source.format);
  const value = ({ findings }: Row) => (findings[recording] ? valueOf(source, findings[recording]) : null);
  return column({
    id,
    label: source.label,
    unit: source.unit,
    help: source.help,
    kind: source.bar ? 'bar' : 'number',
    group: recording,
    ascending: order === 'ascending',
    minor: !source.shownIn.includes('table'),
    remarks: source.remark ?? null,
    value,
    order: (row) => {
      const number = value(row);
      return order === 'size' && typeof number === 'number' ? Math.abs(number) : number;
    },
    text: ({ findings }) => (findings[recording] ? textOf(source, findings[recording]) : '–'),
    remark: ({ findings }) => (findings[recording] && source.remark?.text(findings[recording])) ?? '',
    tooltip: ({ findings }) => (findings[recording] && source.tooltip?.(findings[recording])) ?? '',
  });
}

const IDENTITY: readonly Column[] = [
  column({
    id: 'feature',
    help: 'Property of a token, or the group it is in',
    kind: 'choice',
    ascending: true,
    value: ({ pin }) => pin.feature,
  }),
  column({ id: 'layer', help: 'Recurrent layer', kind: 'text', ascending: true, value: ({ pin }) => pin.layer }),
  column({
    id: 'quantity',
    help: 'Kind of activity',
    kind: 'text',
    ascending: true,
    value: ({ pin }) => pin.quantity,
    text: ({ pin }) => spaced(pin.quantity),
  }),
  column({ id: 'unit', help: 'Index of the unit in its layer', value: ({ pin }) => pin.unit }),
];

const PINNED = column({ id: 'pinned', help: 'Pinned or not', value: ({ pinned }) => Number(pinned) });

/** First significant step of a finding; `step` names a step, such as epoch. */
const sinceColumn = (step: string): Column =>
  column({
    id: 'since',
    unit: step,
    help:
      `First ${step} from which it is significant at every later one; ` +
      'if the log does not say, the one at which it is first listed',
    group: 'history',
    minor: true,
    value: ({ began }) => began && began.step,
    text: ({ began }) => (began ? (began.step < 0 ? 'before' : String(began.step)) : '–'),
    tooltip: ({ began }) => {
      if (!began) return '';
      return began.how === 'stands' ? 'Significant since then, at every later one' : 'First listed then';
    },
  });

const GAIN = column({
  id: 'gain',
  label: 'effect',
  unit: 'sd',
  help: 'Effect in B minus effect in A; sorted by its absolute value',
  group: 'difference',
  value: gainOf,
  order: (row) => {
    const gain = gainOf(row);
    return gain === null ? null : Math.abs(gain);
  },
  text: (row) => formatNumber(gainOf(row) ?? NaN, true),
});

/** Difference of the effects in the first two recordings. */
export function gainOf({ findings: [a, b] }: Row): number | null {
  return a && b && !Number.isNaN(b.effect - a.effect) ? b.effect - a.effect : null;
}

/**
 * Columns of the table for one recording, or for several that are compared.
 * `difference` adds the difference of the first two; `step` is the name of a step, such as epoch.
 */
export function tableColumns(recordings: number, difference: boolean, step: string): readonly Column[] {
  if (recordings < 2) {
    const columns = FINDING_COLUMNS.filter(
      ({ shownIn }) => shownIn.includes('table') || shownIn.includes('wide table'),
    );
    return [...IDENTITY, ...columns.map((source) => recordingColumn(source, 0, source.id)), sinceColumn(step)];
  }
  const columns = FINDING_COLUMNS.filter(({ shownIn }) => shownIn.includes('comparison'));
  const compared = Array.from({ length: recordings }, (_, recording) =>
    columns.map((source) => recordingColumn(source, recording, `${source.id}${recording}`)),
  ).flat();
  return [...IDENTITY, ...compared, ...(difference ? [GAIN] : [])];
}

/** Columns of the export; each of several recordings has a group. */
export function exportColumns(letters: readonly string[]): readonly Column[] {
  const ids = (id: string, letter: string) => (letters.length > 1 ? `${id} ${letter}` : id);
  return [
    ...IDENTITY,
    PINNED,
    ...letters.flatMap((letter, recording) =>
      FINDING_COLUMNS.map((source) => recordingColumn(source, recording, ids(source.id, letter))),
    ),
    sinceColumn('step'),
  ];
}
