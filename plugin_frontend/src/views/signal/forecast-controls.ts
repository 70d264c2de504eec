import { html, nothing, type TemplateResult } from 'lit';
import { NO_TOKEN, type Outputs } from '../../data/types.ts';
import type { ViewContext } from '../../state/store.ts';
import { field } from '../../ui/field.ts';
import { formatCount, formatNumber, truncate } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';
import { forecastSkill, windowSkill, type ForecastSkill } from './forecast-skill.ts';
import { forecastSeries, seriesOfOutput } from './horizons.ts';
import type { SignalParts } from './signal-picture.ts';

const TARGETS = 'rv.Probe(name, series, targets=numbers)';
/** Values up to which the errors of all horizons are computed at once. */
const MOST_VALUES = 4e6;

/** Output that is shown, by series and horizon if it has any, with its errors. */
export function forecastControls(store: ViewContext, parts: SignalParts): TemplateResult {
  const { text, output, forecasts } = parts;
  const { outputs, targetKind } = text;
  if (!outputs) {
    return targetKind === 'sequence' || targetKind === 'token'
      ? html`${targetKind === 'sequence' ? classOfSequence(parts) : nothing}`
      : html`<span class="muted" title=${`Numbers that the model gives at every step are shown with ${TARGETS}`}
          >no forecast in this recording</span
        >`;
  }
  const { names } = outputs;
  const choose = (index: string) => (store.option('signaloutput').value = names[Number(index)]);
  const series = forecastSeries(names);
  const own = seriesOfOutput(outputs, output);
  const skills = forecasts.map(({ text: each, letter }) =>
    skillText(parts, each, output, forecasts.length > 1 ? `${letter} ` : ''),
  );
  if (!series || !own || own.horizons.length < 2) {
    const all = names.map((name, i) => ({ value: String(i), label: truncate(name) }));
    return html`${field('Output', all, String(output), choose)}${skills}`;
  }
  const { steps } = own.horizons.find(({ index }) => index === output)!;
  const nearest = (horizons: typeof own.horizons) =>
    horizons.reduce((best, each) => (Math.abs(each.steps - steps) < Math.abs(best.steps - steps) ? each : best));
  const choices = series.map(({ name, horizons }) => ({
    value: String(nearest(horizons).index),
    label: truncate(name),
  }));
  const hasErrors = outputs.values.length <= MOST_VALUES;
  const horizons = own.horizons.map(({ steps: ahead, index }) => {
    const skill = hasErrors ? skillOf(parts, text, index) : null;
    return { value: String(index), label: `t + ${ahead}${skill ? ` · MAE ${formatNumber(skill.error)}` : ''}` };
  });
  return html`${series.length > 1 ? field('Output', choices, String(output), choose) : nothing}${field(
    'Horizon',
    horizons,
    String(output),
    choose,
  )}${skills}`;
}

/** Class of the sequence in view, and the most probable class at its end. */
function classOfSequence({ span, forecasts }: SignalParts): TemplateResult {
  const last = span.first + span.length - 1;
  return html`${forecasts.map(({ letter, text }) => {
    const { table, target, expected, expectedCount, expectedProbability } = text;
    const label = table[target?.[last] ?? NO_TOKEN];
    const predicted = table[expected?.[last * expectedCount] ?? NO_TOKEN];
    if (predicted === undefined) return nothing;
    const probability = expectedProbability?.[last * expectedCount] ?? NaN;
    const shown = label === undefined ? nothing : html`class <b>${truncate(label)}</b>, `;
    return html`<span title="Class of the sequence, and the most probable class at its end"
      >${forecasts.length > 1 ? `${letter} ` : ''}${shown}predicted <b>${truncate(predicted)}</b> ${
        Number.isNaN(probability) ? '' : percent(probability)
      }</span
    >`;
  })}`;
}

function skillText(parts: SignalParts, text: SignalParts['text'], output: number, letter: string) {
  const skill = skillOf(parts, text, output);
  if (!skill) return nothing;
  const { error, naiveError, steps, horizon } = skill;
  const isWindow = text.targetKind === 'sequence numbers';
  const before = isWindow
    ? 'the last value of the channel in the window'
    : horizon === 1
      ? 'the target of the step before'
      : `the target ${horizon} steps before`;
  const hasNaive = Number.isFinite(skill.skill);
  const formula =
    `MAE: mean |output − target| over ${formatCount(steps)} ${isWindow ? 'sequences' : 'steps'}.` +
    (hasNaive
      ? ` Skill: 1 − MAE / MAE of the naive forecast, which repeats ${before} (${formatNumber(naiveError)}). ` +
        '1 is without error, 0 is as good as the naive forecast, negative is worse.'
      : '');
  return html`<span class="number skill" title=${formula} tabindex="0"
    >${letter}MAE ${formatNumber(error)}${hasNaive ? ` · skill ${formatNumber(skill.skill, true)}` : ''}</span
  >`;
}

const cache = new WeakMap<Outputs, Map<number, ForecastSkill | null>>();

function skillOf(
  { signal }: SignalParts,
  { outputs, lengths, targetKind }: SignalParts['text'],
  output: number,
): ForecastSkill | null {
  if (!outputs || output >= outputs.count) return null;
  const cached = cache.get(outputs) ?? new Map<number, ForecastSkill | null>();
  cache.set(outputs, cached);
  if (!cached.has(output)) {
    const series = forecastSeries(outputs.names)?.find(({ horizons }) =>
      horizons.some(({ index }) => index === output),
    );
    const channels = {
      values: signal.values,
      width: signal.channels.length,
      channel: signal.channels.indexOf(series?.name ?? outputs.names[output]),
    };
    const skill =
      targetKind === 'sequence numbers'
        ? windowSkill(outputs, lengths, output, channels)
        : forecastSkill(outputs, lengths, output);
    cached.set(output, skill);
  }
  return cached.get(output)!;
}
