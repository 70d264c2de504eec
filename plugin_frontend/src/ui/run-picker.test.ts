import { expect, it } from 'vitest';
import { nameFilter, RunPicker } from './run-picker.ts';

const run = (name: string) => ({ run: `${name}/rnnviz`, name, wallTime: 0, probes: [] });

it('filters by a regular expression, or by plain text where it is none', () => {
  expect(['lstm_1', 'gru_1'].filter(nameFilter('^L.*1$'))).toEqual(['lstm_1']);
  expect(['a(b', 'ab'].filter(nameFilter('A('))).toEqual(['a(b']);
});

it('opens, filters and chooses from the keyboard', async () => {
  const picker = new RunPicker();
  picker.runs = ['gru', 'lstm_a', 'lstm_b'].map(run);
  picker.value = 'gru/rnnviz';
  const choices: string[] = [];
  picker.addEventListener('rv-run', (event) => choices.push((event as CustomEvent<string>).detail));
  document.body.append(picker);
  await picker.updateComplete;
  const root = picker.renderRoot as ShadowRoot;
  root.querySelector('button')!.click();
  await picker.updateComplete;
  const input = root.querySelector('input')!;
  input.value = 'lstm';
  input.dispatchEvent(new Event('input'));
  await picker.updateComplete;
  expect(root.querySelectorAll('li')).toHaveLength(2);
  for (const key of ['ArrowDown', 'Enter']) input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  await picker.updateComplete;
  expect([choices, root.querySelector('input')]).toEqual([['lstm_b/rnnviz'], null]);
});
