import { html, nothing, type TemplateResult } from 'lit';
import type { MatrixInfo, TokenText } from '../../data/types.ts';
import '../../ui/legend.ts';
import { coloredValues, limitButtons } from '../../ui/limit-buttons.ts';
import { exchangeButton, rangeChip, unitNames } from '../../ui/unit-legend.ts';
import { formatNumber } from '../../ui/format.ts';
import { headName } from '../../state/named-matrices.ts';
import { pinnedToken } from '../../state/pinned-token.ts';
import type { Colormap } from '../../state/colormap.ts';
import { valueOrStale, type ComparedRecording, type ViewContext } from '../../state/store.ts';
import { categoryLegend } from './category-legend.ts';
import { readPair, readShade, shadingMatrix, shadingToken, sidesOf } from './pair.ts';
import type { Scheme } from './scheme.ts';
import { stillHeldSummary } from '../../ui/text/still-held.ts';

/** Legend of colours and marks, with their numbers. */
export function textFoot(
  store: ViewContext,
  recordings: readonly ComparedRecording[],
  scheme: Scheme,
  moment: number | null,
): TemplateResult {
  return html`${legend(store, recordings, scheme)} ${strips(store, recordings[0], scheme)} ${rangeChip(store)}
  ${prompt(recordings)} ${pairLegend(store, recordings[0])} ${stillHeldSummary(store, recordings, moment)}`;
}

function legend(
  store: ViewContext,
  recordings: readonly ComparedRecording[],
  { by, colors, categories, what, moment }: Scheme,
) {
  if (categories)
    return categoryLegend(
      categories,
      recordings.map(({ data }) => valueOrStale(data.text.value)),
    );
  const { layer, quantity } = store.selection.value!;
  const dark = store.dark.value;
  const active = by === 'activity';
  if (moment !== null)
    return html`<rv-colors
        .colors=${colors}
        .what=${`${layer} ${what}, unit ${unitNames(recordings)}`}
        .dark=${dark}
      ></rv-colors
      >${exchangeButton(store, colors.diverging)}<span>limits: the largest part at this token</span>`;
  const missing = active
    ? Boolean(recordings[0].data.digest.value?.ranges[layer]?.[quantity]?.missing)
    : by !== 'feature';
  const name = active ? `${layer}${store.colors.tanh.value ? ':' : ''} ${what}, unit ${unitNames(recordings)}` : what;
  return html`<rv-colors .colors=${colors} .what=${name} .missing=${missing} .dark=${dark}></rv-colors
    >${exchangeButton(store, colors.diverging)}${active ? limitButtons(store, recordings[0].data) : nothing}`;
}

/** The further units, in the order of their strips. */
function strips(store: ViewContext, { data }: ComparedRecording, { by }: Scheme) {
  const { units } = store.selection.value!;
  if (!units.length) return nothing;
  const drop = (unit: number) => store.select({ units: units.filter((other) => other !== unit) });
  const byUnit = store.colors.byUnit.value;
  return html`<span class="strips" role="group" aria-label="Strips from above: further units"
    >strips ↓
    ${units.map(
      (unit, i) =>
        html`<span class="chip number"
          >unit ${unit}${byUnit ? ` · ${limitsOf(data.colorsOf.value(data.units.value[i]))}` : nothing}<button
            title="Take unit ${unit} away"
            aria-label="Take unit ${unit} away"
            @click=${() => drop(unit)}
          >
            ×
          </button></span
        >`,
    )}
    ${
      by === 'activity' || byUnit
        ? nothing
        : html`<rv-colors
            .colors=${data.colors.value}
            .what=${coloredValues(store, data.difference)}
            .dark=${store.dark.value}
          ></rv-colors>`
    }</span
  >`;
}

const limitsOf = ({ low, high, diverging }: Colormap) =>
  diverging ? `±${formatNumber(high)}` : `${formatNumber(low)} to ${formatNumber(high)}`;

/** Colours of the other side of a pair, and the mark of its output. */
function pairLegend(store: ViewContext, recording: ComparedRecording) {
  const [pair, sides] = [readPair(store, recording), sidesOf(store, recording)];
  if (!pair || pair === 'loading' || !sides) return nothing;
  const shading = shadingMatrix(store, sides);
  const token = shading && shadingToken(store, pair, pinnedToken(store));
  const shade = token && readShade(store, recording, pair, token);
  const name = shading && `${shading.info.matrix}${headOf(shading.info, shading.head)}`;
  const weights =
    shade?.state === 'ready'
      ? html`<rv-colors .colors=${shade.value.colors} .what=${name} .dark=${store.dark.value}></rv-colors>`
      : name && html`<span>point at a token: the other side shows its weights in ${name}</span>`;
  return html`${weights ?? nothing}${
    pair.lines === 3
      ? html`<span class="wrong" title="Most probable token after each step; another one was due">wrong output</span>`
      : nothing
  }`;
}

const headOf = ({ heads }: MatrixInfo, head: number | 'mean') =>
  heads === null ? '' : head === 'mean' ? ', mean of heads' : `, ${headName(head)}`;

function prompt(recordings: readonly ComparedRecording[]) {
  const isPrompted = (text: TokenText | null) => Boolean(text?.generated && text.promptTokens);
  if (!recordings.some(({ data }) => isPrompted(valueOrStale(data.text.value)))) return nothing;
  return html`<span class="prompt" title="Prompt of the model; the text after it is generated">prompt</span>`;
}
