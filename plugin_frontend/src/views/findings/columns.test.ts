import { expect, it } from 'vitest';
import { associationOf, STATISTICS, type StatisticName } from '../../data/statistics.ts';
import { digest, finding } from '../../state/fixtures.ts';
import { formatAs } from '../../ui/format.ts';
import { cardOf } from './card.ts';
import { exportColumns, tableColumns } from './columns.ts';
import { sorted } from './order.ts';
import { rowsOf } from './finding-rows.ts';

/** Findings in which every statistic has a number of its own. */
const value = (name: StatisticName, unit: number) => (STATISTICS.findIndex((s) => s.name === name) + unit) / 100;
const findings = [1, 2].map((unit) => finding({ unit, ...associationOf((name) => value(name, unit)) }));
const rows = rowsOf([{ findings, digests: [], besides: [] }], [], '');
const origin = { run: 'run1', probe: 'novel', step: 1, digest: digest(), queryResult: null };

it.each(STATISTICS)('$name is in the export, and in table and card if they are to show it', (statistic) => {
  const { name, format, label, help, shownIn } = statistic;
  expect(
    exportColumns(['A'])
      .find(({ id }) => id === name)!
      .value(rows[0]),
  ).toBe(value(name, 1));
  expect(exportColumns(['A', 'B']).map(({ id }) => id)).toContain(`${name} B`);
  const column = tableColumns(1, false, 'epoch').find(({ id }) => id === name);
  expect(column !== undefined).toBe(shownIn.some((shown) => shown === 'table' || shown === 'wide table'));
  if (column) {
    expect([column.label, column.help]).toEqual([label, help]);
    expect(column.text(rows[0])).toBe(formatAs(format, value(name, 1)));
    const [first] = sorted(rows, [column], { column: name, up: column.ascending });
    expect(first.pin.unit).toBe(format === 'probability' ? 1 : 2);
  }
  const compared = tableColumns(2, false, 'epoch').some(({ id }) => id === `${name}1`);
  expect(compared).toBe(shownIn.includes('comparison'));
  expect(cardOf(findings[0], origin).text.includes(` ${name}: `)).toBe(shownIn.includes('card'));
});

it('an unknown number is null in the export, a dash in the table', () => {
  const [row] = rowsOf([{ findings: [finding({ q: NaN })], digests: [], besides: [] }], [], '');
  expect(
    exportColumns(['A'])
      .find(({ id }) => id === 'q')!
      .value(row),
  ).toBeNull();
  const column = tableColumns(1, false, 'epoch').find(({ id }) => id === 'q')!;
  expect([column.text(row), column.order(row), column.tooltip(row)]).toEqual(['–', null, 'The log has no q']);
});
