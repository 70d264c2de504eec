import type { ComparedRecording } from '../state/compared-recording.ts';
import type { Selection } from '../state/selection.ts';
import { quoted } from '../state/visible-characters.ts';
import { spaced } from '../ui/format.ts';
import type { ViewInfo } from './views.ts';

/** Caption of a figure: its view, its recordings, and what the view is about. */
export function figureCaption(
  { title, about }: Pick<ViewInfo, 'title' | 'about'>,
  recordings: readonly ComparedRecording[],
  selection: Selection | null,
): string {
  const [first] = recordings;
  const isSingle = recordings.length === 1 && !first.data.difference;
  const names = {
    layer: () => `layer ${selection!.layer}`,
    quantity: () => spaced(selection!.quantity),
    unit: () => `unit ${isSingle ? first.data.unit.peek() : selection!.unit}`,
    feature: () => (selection!.feature ? `feature ${quoted(selection!.feature)}` : ''),
  };
  return [
    title,
    ...(isSingle
      ? [`run ${first.label.replace(`${first.letter} · `, '')}`]
      : recordings.map(({ label }) => label.replaceAll(' · ', ', '))),
    ...(selection ? [`probe ${selection.probe}`] : []),
    ...(selection ? about.map((part) => names[part]()) : []),
  ]
    .filter(Boolean)
    .join(' · ');
}
