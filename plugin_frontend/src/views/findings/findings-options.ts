import type { SettingValue } from '../../state/settings.ts';
import type { ViewContext } from '../../state/store.ts';

/** Layout of the findings; `selection` lists units by behaviour in a token range. */
export type Shape = Exclude<SettingValue<'findingsas'>, ''>;

export const SHAPES: readonly (readonly [shape: Shape, label: string, title: string])[] = [
  ['list', 'List', 'Strongest first, the one chosen with its evidence'],
  ['table', 'Table', 'With every number, sorted by any of them'],
  ['quadrant', 'Plot', 'Association (effect size) against ablation effect'],
  ['selection', 'Selection', 'Units that are on over the stretch of text that is chosen'],
];

/** From this width on findings are a table unless something else is asked for. */
const WIDE = 900;

const word = (store: Pick<ViewContext, 'option'>) => store.option('findingsas');

export const shapeOf = (store: Pick<ViewContext, 'option'>, width: number): Shape =>
  word(store).value || (width >= WIDE ? 'table' : 'list');

export function chooseShape(store: Pick<ViewContext, 'option'>, shape: Shape): void {
  word(store).value = shape;
}
