import { html, nothing, type TemplateResult } from 'lit';
import { Missing, type TokenText } from '../../data/types.ts';
import { visible } from '../../state/visible-characters.ts';
import { formatNumber, truncate, tokenName, spaced } from '../../ui/format.ts';
import { stackedAt } from './gate-stack.ts';
import { pluralizeAs, type Model } from './heatmap-model.ts';
import { featureName } from '../../ui/feature-name.ts';

const WHY_MISSING = ['', 'masked', 'not a number', '−∞', '∞'];

export interface Read {
  readonly model: Model;
  readonly text: TokenText | null;
  readonly statistic: string;
  /** Name of the values. */
  readonly quantity: string;
  /** A unit, or below 0 a row of the stack; null where the pointer is over none. */
  readonly row: number | null;
  readonly token: number | null;
}

/** Text for the cell under the pointer, else the number of units and tokens shown. */
export function readout({ model, text, statistic, quantity, row, token }: Read): TemplateResult | typeof nothing {
  const { matrix, picture, columns, tokens, bars, colorsOf } = model;
  const step = text?.signal ? 'step' : 'token';
  if (row === null && token === null)
    return html`${tokens.order ? pluralizeAs(columns, 'match', 'matches') : pluralizeAs(columns, step)},
    ${pluralizeAs(matrix.rows, 'unit')}`;
  const stacked = row === null ? undefined : stackedAt(model.stack, row);
  const unit = row === null || row < 0 ? picture.chosen : row;
  if (unit < 0 || unit >= matrix.rows) return nothing;
  const barsOfUnit = stacked ? [] : bars.filter(({ values }) => unit < values.length);
  const evidence = barsOfUnit.map(
    ({ feature, values, chance }, i) =>
      html` ·
      ${
        i || barsOfUnit.length > 1 ? `${truncate(featureName(feature), 16)} ` : ''
      }${i ? nothing : `${statistic} `}<b>${formatNumber(values[unit])}</b>${chance(unit) ? ' (chance)' : nothing}`,
  );
  if (token === null || token >= matrix.columns)
    return html`unit <b>${unit}</b>${stacked ? ` · ${stacked.label}` : nothing}${evidence}`;
  const word = text && !text.signal ? visible(truncate(text.table[text.tokens[token]] ?? '')) : '';
  const why = stacked ? Missing.No : matrix.missing(unit, token);
  const value = stacked ? (stacked.values?.[token] ?? NaN) : matrix.row(unit)[token];
  const valueText =
    why === Missing.No ? formatNumber(value, (stacked?.colors ?? colorsOf(unit)).diverging) : WHY_MISSING[why];
  return html`unit <b>${unit}</b> · ${text ? tokenName(text, token) : `token ${token}`} <b>${word}</b> ·
    ${stacked ? spaced(stacked.quantity) : quantity} <b>${valueText}</b>${evidence}`;
}
