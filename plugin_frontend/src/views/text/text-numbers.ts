import { NO_TOKEN, NOT_PREDICTED, type TokenText } from '../../data/types.ts';
import type { Column, ExportTable } from '../../ui/export/export-table.ts';
import { valueOrStale, type ComparedRecording, type ViewContext } from '../../state/store.ts';
import type { Frame } from './frame.ts';
import { rowOf } from '../../state/unit-rows.ts';
import { sameText } from '../../state/same-text.ts';

/** Of every token what the text shows of it, a column a recording and unit. */
export function textTable(
  store: ViewContext,
  recordings: readonly ComparedRecording[],
  frames: readonly (Frame | null)[],
  moment: number | null,
): ExportTable | null {
  const text = frames[0]?.text;
  const selection = store.selection.peek();
  if (!text || !selection) return null;
  const { layer, quantity } = selection;
  const columns: Column[] = [
    { name: 'token', values: Array.from(text.tokens, (_, i) => i) },
    ...(text.lengths.length > 1 ? [{ name: 'sequence', values: sequencesOf(text) }] : []),
    { name: 'text', values: wordsOf(text) },
  ];
  recordings.forEach((recording, i) => {
    const frame = frames[i];
    if (!frame) return;
    const { data } = recording;
    const named = (name: string) => (recordings.length > 1 || data.difference ? `${name} (${recording.letter})` : name);
    const add = (name: string, values: Column['values'] | null | undefined) =>
      values && columns.push({ name: named(name), values });
    const row = (unit: number) => valueOrStale(rowOf(store, data, unit, frame.text.tokens.length));
    if (i && !sameText(text, frame.text)) add('text', wordsOf(frame.text));
    add(`${layer} ${quantity} unit ${data.unit.value}`, row(data.unit.value));
    for (const unit of data.units.value) add(`${layer} ${quantity} unit ${unit}`, row(unit));
    if (moment !== null) add(`part of ${quantity} at token ${moment}`, frame.values);
    if (!data.difference) {
      add('probability of what came next', frame.text.probability);
      add('what came next', nextWords(frame.text));
      add('kind of error', kinds(frame.text));
      add('surprise (nats)', frame.text.surprisal);
    }
    add(`feature ${selection.feature}`, frame.mask);
  });
  return { kind: 'table', name: `text ${layer} ${quantity} unit ${selection.unit}`, columns };
}

const wordsOf = ({ tokens, table }: TokenText) => Array.from(tokens, (id) => table[id]);

function sequencesOf({ tokens, lengths }: TokenText): Uint32Array {
  const sequences = new Uint32Array(tokens.length);
  let first = 0;
  lengths.forEach((length, sequence) => sequences.fill(sequence, first, (first += length)));
  return sequences;
}

const nextWords = ({ target, table }: TokenText) =>
  target && Array.from(target, (id) => (id === NO_TOKEN ? null : table[id]));

const kinds = ({ errors, errorNames }: TokenText) =>
  errors && Array.from(errors, (kind) => (kind === NOT_PREDICTED ? null : (errorNames[kind] ?? null)));
