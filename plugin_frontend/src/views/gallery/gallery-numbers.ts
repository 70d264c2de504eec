import { valueOrStale, type ComparedRecording } from '../../state/store.ts';
import type { ExportTable } from '../../ui/export/export-table.ts';
import { filtered, type GalleryFilter } from './gallery-filter.ts';
import { evidenceOf, namesOf } from './sentences.ts';
import { ablatedFinding, KINDS, kindSince, kindsOverSteps, statesOf } from './unit-kinds.ts';
import { type Wording } from '../../state/wording.ts';

type Row = readonly (string | number | null)[];

const COLUMNS = [
  'row',
  'recording',
  'step',
  'layer',
  'quantity',
  'kind',
  'units',
  'unit',
  'since step',
  'names',
  'on at',
  'off at',
  'stretches',
  'evidence',
  'ablation feature',
  'ablation effect',
];

/**
 * Export table of the gallery.
 * It has a row for each card of the first recording, then one for each count of the pictures.
 */
export function galleryTable(
  recordings: readonly ComparedRecording[],
  filter: GalleryFilter,
  wording: Wording,
): ExportTable | null {
  const rows = [
    ...cardRows(recordings[0], filter, wording),
    ...recordings.flatMap((recording) => countRows(recording, filter)),
  ];
  if (!rows.length) return null;
  return {
    kind: 'table',
    name: 'gallery',
    columns: COLUMNS.map((name, i) => ({ name, values: rows.map((row) => row[i] ?? null) })),
  };
}

function cardRows({ letter, data }: ComparedRecording, filter: GalleryFilter, wording: Wording): Row[] {
  const digest = data.digest.peek();
  const digests = valueOrStale(data.digests.peek()) ?? [];
  if (!digest) return [];
  return filtered(digest.gallery, filter).map((card) => {
    const finding = ablatedFinding(digest.findings, card);
    const turns = (counts: typeof card.on) =>
      counts.map(({ token, count, occurrences }) => `${JSON.stringify(token)} ${count}/${occurrences}`).join(' ');
    return [
      ...['card', letter, digest.step, card.layer, card.quantity, card.kind, null, card.unit],
      kindSince(digests, card, digest.step),
      namesOf(card),
      turns(card.on),
      turns(card.off),
      card.stretches.map(([first, end]) => `${first}:${end}`).join(' '),
      evidenceOf(card, wording),
      finding?.feature ?? null,
      finding?.ablation?.effect ?? null,
    ];
  });
}

function countRows({ letter, data }: ComparedRecording, { layer, quantity }: GalleryFilter): Row[] {
  const digests = valueOrStale(data.digests.peek()) ?? [];
  return statesOf(digests)
    .filter((state) => (!layer || state.layer === layer) && (!quantity || state.quantity === quantity))
    .flatMap((state) => {
      const { steps, counts } = kindsOverSteps(digests, state);
      return steps.flatMap((step, i) =>
        KINDS.map((kind, k) => ['count', letter, step, state.layer, state.quantity, kind, counts[k][i]]),
      );
    });
}
