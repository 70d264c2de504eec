import type { UnitHistory } from '../../data/unit-history.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import { SIGNIFICANT } from '../../state/finding-context.ts';
import type { ComparedRecording } from '../../state/store.ts';
import type { Line } from '../../ui/charts/line-chart.ts';

const MOST = 6;
const DASHES = [undefined, '6 3', '2 3', '8 3 2 3', '4 4', '1 3'];

/** Largest effect of a feature at its significant steps; 0 if there are none. */
export function strongestStep(life: UnitHistory, feature: string): number {
  const q = life.q(feature);
  return life
    .effect(feature)
    .reduce((most, effect, i) => (q[i] <= SIGNIFICANT ? Math.max(most, Math.abs(effect)) : most), 0);
}

/** Features with a name: the chosen one, then those with the largest effects. */
export function namedFeatures(life: UnitHistory, selectedFeature: string): string[] {
  const ranked = life.features
    .map((feature) => ({ feature, most: strongestStep(life, feature) }))
    .filter(({ most }) => most > 0)
    .sort((a, b) => b.most - a.most)
    .map(({ feature }) => feature);
  return [
    ...(life.features.includes(selectedFeature) ? [selectedFeature] : []),
    ...ranked.filter((feature) => feature !== selectedFeature),
  ].slice(0, MOST);
}

/** A line for each feature; what is not named lies faint behind. */
export function lifeLines(life: UnitHistory, selectedFeature: string, colors: readonly string[]): Line[] {
  const named = namedFeatures(life, selectedFeature);
  const line = (feature: string): Line => ({ name: feature, color: '', at: life.steps, values: life.effect(feature) });
  return [
    ...life.features
      .filter((feature) => !named.includes(feature))
      .map((feature) => ({ ...line(feature), faint: true })),
    ...named
      .map((feature, i) => {
        const q = life.q(feature);
        const dash = DASHES[i];
        return {
          ...line(feature),
          color: colors[i % colors.length],
          ...(dash ? { dash } : {}),
          marker: (k: number) => ({ filled: q[k] <= SIGNIFICANT }),
        };
      })
      .reverse(),
  ];
}

/** A unit's life in one of several recordings. */
export interface RecordedHistory {
  readonly recording: ComparedRecording;
  readonly value: UnitHistory;
}

/** One feature, a line for each recording that looked for it. */
export const linesOver = (all: readonly RecordedHistory[], feature: string, dark: boolean): Line[] =>
  all
    .filter(({ value }) => value.features.includes(feature))
    .map(({ recording, value }) => {
      const { color, dash } = strokeOf(recording.series, dark);
      const q = value.q(feature);
      return {
        name: recording.letter,
        color,
        dash: dash.join(' '),
        at: value.steps,
        values: value.effect(feature),
        marker: (k) => ({ filled: q[k] <= SIGNIFICANT }),
      };
    });
