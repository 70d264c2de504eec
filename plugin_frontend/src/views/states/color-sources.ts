import type { Projection } from '../../data/states.ts';
import type { TokenText } from '../../data/types.ts';
import type { Colormap } from '../../state/colormap.ts';
import { valueOrStale, type RecordingData, type ViewContext } from '../../state/store.ts';
import { spaced } from '../../ui/format.ts';
import { latest } from '../../ui/view-part.ts';
import {
  classColors,
  labelClasses,
  lossColors,
  maskColors,
  predictedClasses,
  probabilityColors,
  scaleColors,
  timeColors,
  type PointColors,
  type TokenClasses,
} from './state-colors.ts';

/** Sources of the colour of a point. */
export const SOURCES = ['unit', 'feature', 'probability', 'loss', 'class', 'prediction', 'time'] as const;
export type Source = (typeof SOURCES)[number];

export const LABELS: Readonly<Record<Source, string>> = {
  unit: 'unit',
  feature: 'feature',
  probability: 'probability',
  loss: 'loss',
  class: 'label',
  prediction: 'prediction',
  time: 'time',
};

const NO_PROBABILITY = 'The log has no probabilities of this probe.';

/** All points grey. */
const GREY: PointColors = { ...maskColors('', new Uint8Array(), false), categories: [] };

export interface ColorContext {
  readonly store: ViewContext;
  readonly data: RecordingData;
  readonly text: TokenText | null;
  readonly projection: Projection | null;
}

export interface ChosenColors {
  readonly colors: PointColors;
  readonly source: Source;
  /** Reasons against the sources that have no colours here. */
  readonly missing: ReadonlyMap<Source, string>;
}

/** Colours of points by the source that the link names, cached. */
export class ColorSources {
  private readonly lossOf = latest(lossColors);
  private readonly probabilityOf = latest(probabilityColors);
  private readonly timeOf = latest(timeColors);
  private readonly maskOf = latest(maskColors);
  private readonly labelsOf = latest(labelClasses);
  private readonly scaleOf = latest((title: string, map: Colormap, dark: boolean, row: Float32Array) =>
    scaleColors(title, map, dark, (token) => row[token] ?? NaN),
  );
  private readonly classesOf = latest((title: string, names: readonly string[], of: Int16Array, dark: boolean) =>
    classColors(title, names, dark, (token) => of[token] ?? -1),
  );
  private readonly predictedOf = latest(predictedClasses);

  /** Class that is predicted at each token that has a point. */
  predicted(projection: Projection): Int16Array {
    return this.predictedOf(projection, (projection.tokens.at(-1) ?? -1) + 1);
  }

  /** Labels of the sequences as classes of their tokens; null if there are none. */
  labels({ data, text, projection }: Omit<ColorContext, 'store'>): TokenClasses | null {
    const isClassifier = projection?.classes != null;
    if (!text || !(text.labels || isClassifier)) return null;
    return this.labelsOf(text, isClassifier ? valueOrStale(data.sequenceDecisions.value) : null);
  }

  chosen(context: ColorContext): ChosenColors {
    const { store, data, text, projection } = context;
    const mask = valueOrStale(data.mask.value);
    const missing = new Map<Source, string>();
    if (!mask) missing.set('feature', 'No feature is chosen that matches tokens here.');
    if (!text?.probability) missing.set('probability', NO_PROBABILITY).set('loss', NO_PROBABILITY);
    if (!this.labels(context)) missing.set('class', 'The sequences have no labels.');
    if (!projection?.classes) missing.set('prediction', 'The log has no prediction at every step.');
    const source = store.option('statescolor').value || (projection?.classes ? 'prediction' : 'unit');
    const colors = missing.has(source) ? null : this.colorsOf(source, context);
    return { colors: colors ?? GREY, source, missing };
  }

  private colorsOf(source: Source, context: ColorContext): PointColors | null {
    const { store, data, text, projection } = context;
    const dark = store.dark.value;
    const { quantity = '', feature = '' } = store.selection.value ?? {};
    switch (source) {
      case 'feature':
        return this.maskOf(feature, valueOrStale(data.mask.value)!, dark);
      case 'probability':
        return this.probabilityOf(text!.probability!, dark);
      case 'loss':
        return this.lossOf(text!.probability!, dark);
      case 'class': {
        const { names, of } = this.labels(context)!;
        return this.classesOf('label', names, of, dark);
      }
      case 'prediction':
        return this.classesOf('prediction', projection!.classes!, this.predicted(projection!), dark);
      case 'time':
        return text && this.timeOf(text.lengths, text.signal ? 'step' : 'token', dark);
      case 'unit': {
        const unit = data.unit.value;
        const matrix = valueOrStale(data.unitOf(quantity).value)?.matrix;
        return matrix && unit >= 0 && unit < matrix.rows
          ? this.scaleOf(`${spaced(quantity)} of unit ${unit}`, data.colors.value, dark, matrix.row(unit))
          : null;
      }
    }
  }
}
