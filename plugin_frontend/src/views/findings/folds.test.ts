import { expect, it } from 'vitest';
import { isUnfolded, withFold } from './folds.ts';

const none = new Map();

it('a fold has its default until the user chooses', () => {
  expect([isUnfolded(none, 'a', 'x', false), isUnfolded(none, 'a', 'x', true)]).toEqual([false, true]);
  expect(isUnfolded(withFold(none, 'a', { isOpen: true, selectedKey: 'x' }), 'a', 'y', false)).toBe(true);
});

it('what the user folded unfolds when another finding in it is selected', () => {
  const folds = withFold(none, 'a', { isOpen: false, selectedKey: 'x' });
  expect([isUnfolded(folds, 'a', 'x', true), isUnfolded(folds, 'a', 'y', true)]).toEqual([false, true]);
  expect(isUnfolded(folds, 'a', 'y', false)).toBe(false);
});
