import type { ExplanationHistory, GradientReach } from '../../data/explanations.ts';
import type { LayerMemory } from '../../data/types.ts';
import type { Line, LineChartModel } from '../../ui/charts/line-chart.ts';
import { formatNumber, spaced } from '../../ui/format.ts';

/** Relative gradients below this are not drawn. */
const FLOOR = 1e-6;
/** Share of the gradient whose lag is named. */
const FAINT = 0.01;

/** Curves of one recording: what it can learn, and what it retains. */
export interface ReachCurves {
  /** Letter of the recording; empty if it is the only one. */
  readonly letter: string;
  readonly reach: readonly GradientReach[];
  readonly memory: Readonly<Record<string, LayerMemory>>;
  /** Colour of each layer, or of the recording. */
  colorOf(layer: string): string;
}

const DASHES: Readonly<Record<string, string>> = { hidden_state: '', cell_state: '8 3' };
const MEMORY_DASH = '2 3';

/** Time constant of the median unit of a layer in tokens; NaN if unknown. */
export const memoryOf = (memory: LayerMemory | undefined): number => memory?.gate ?? memory?.autocorrelation ?? NaN;

/** Gradient by lag, logarithmic, beside what the median unit retains. */
export function reachChart(
  curves: readonly ReachCurves[],
  layers: readonly string[],
  nouns: { readonly tokens: string },
): LineChartModel {
  const drawn = curves.flatMap(({ reach }) => reach.filter(({ layer }) => layers.includes(layer)));
  const lags = Math.max(2, ...drawn.map(({ byLag }) => 1 + byLag.findLastIndex((value) => value >= FLOOR)));
  const at = Array.from({ length: lags }, (_, k) => k);
  const lines = curves.flatMap(({ letter, reach, memory, colorOf }): Line[] => {
    const named = (words: string) => (letter ? `${letter} ${words}` : words);
    const several = layers.length > 1;
    return [
      ...reach
        .filter(({ layer }) => layers.includes(layer))
        .map(({ layer, quantity, byLag }) => ({
          name: named(`${several ? `${layer} ` : ''}${spaced(quantity)}`),
          color: colorOf(layer),
          dash: DASHES[quantity] ?? '4 4',
          at: at.slice(0, byLag.length),
          values: Array.from(byLag, (value) => (value >= FLOOR ? value : NaN)),
        })),
      ...layers.flatMap((layer) => {
        const constant = memoryOf(memory[layer]);
        if (!(constant > 0) || !Number.isFinite(constant)) return [];
        return [
          {
            name: named(`${several ? `${layer} ` : ''}memory`),
            color: colorOf(layer),
            dash: MEMORY_DASH,
            at,
            values: at.map((lag) => Math.exp(-lag / constant)),
          },
        ];
      }),
    ];
  });
  const low = Math.min(0.1, ...lines.flatMap(({ values }) => Array.from(values).filter((value) => value > 0)));
  const high = Math.max(1, ...lines.flatMap(({ values }) => Array.from(values).filter(Number.isFinite)));
  return {
    label: `Gradient of the loss by ${nouns.tokens} before its target, relative to that at the target`,
    x: { title: `${nouns.tokens} before the target`, low: 0, high: lags - 1 },
    y: { title: 'relative to the target', low, high, scale: 'log' },
    lines,
    nameOf: (lag) => `${lag} ${nouns.tokens} before`,
    format: formatNumber,
    now: [],
  };
}

/** Half-life of the gradient over the steps of the training. */
export function halfLifeChart(
  curves: readonly {
    readonly letter: string;
    readonly history: ExplanationHistory;
    colorOf(layer: string): string;
  }[],
  layers: readonly string[],
  { now, plural, nameOf, tokens }: { now: number; plural: string; nameOf(step: number): string; tokens: string },
): LineChartModel {
  const lines = curves.flatMap(({ letter, history, colorOf }) =>
    history.reach
      .filter(({ layer }) => layers.includes(layer))
      .map(({ layer, quantity, halfLife }): Line => ({
        name: [letter, layers.length > 1 ? layer : '', spaced(quantity)].filter(Boolean).join(' '),
        color: colorOf(layer),
        dash: DASHES[quantity] ?? '4 4',
        at: history.steps,
        values: halfLife,
        ...(history.steps.length === 1 ? { marker: () => ({ filled: true }) } : {}),
      })),
  );
  const steps = [...new Set(curves.flatMap(({ history }) => history.steps))].sort((a, b) => a - b);
  const most = Math.max(1, ...lines.flatMap(({ values }) => Array.from(values).filter(Number.isFinite)));
  return {
    label: `Half-life of the gradient in ${tokens} over ${plural}`,
    x: { title: plural, low: steps[0] ?? 0, high: steps.at(-1) ?? 0 },
    y: { title: `half-life, ${tokens}`, low: 0, high: most },
    lines,
    nameOf,
    format: formatNumber,
    now: steps.includes(now) ? [{ stop: now }] : [],
  };
}

/** Sentence that compares the reach of the gradient with the memory of a layer. */
export function reachSentence(
  layer: string,
  reach: readonly GradientReach[],
  memory: LayerMemory | undefined,
  tokens: string,
): string {
  const own = reach.filter((one) => one.layer === layer);
  if (!own.length) return '';
  const far = own.reduce((best, one) => (lagsOf(one) > lagsOf(best) ? one : best));
  const faint = far.byLag.findIndex((value) => value < FAINT);
  const half = Number.isNaN(far.halfLife)
    ? `stays above one half over ${far.byLag.length} ${tokens}`
    : `halves ${formatNumber(far.halfLife)} ${tokens} before its target`;
  const fall = faint < 0 ? 'and above 1 % of it throughout' : `and is below 1 % of it from ${faint} on`;
  const constant = memoryOf(memory);
  const retained = constant * Math.LN2;
  const uses = !Number.isFinite(retained)
    ? ''
    : ` The median unit forgets half of its state in ${formatNumber(retained)}: ${
        lagsOf(far) < retained ? 'it retains longer than the loss reaches' : 'the loss reaches further than it retains'
      }.`;
  return `${layer}: the gradient of the ${spaced(far.quantity)} ${half}, ${fall}.${uses}`;
}

const lagsOf = ({ halfLife, byLag }: GradientReach): number => (Number.isNaN(halfLife) ? byLag.length : halfLife);
