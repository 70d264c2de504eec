import { expect, it } from 'vitest';
import { commandOf } from './keys.ts';

function press(key: string, target: string, more: KeyboardEventInit = {}): string | null {
  document.body.innerHTML = target;
  let command: string | null = null;
  const listener = (event: KeyboardEvent) => (command = commandOf(event));
  document.addEventListener('keydown', listener);
  document.body.firstElementChild!.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, composed: true, ...more }),
  );
  document.removeEventListener('keydown', listener);
  return command;
}

it.each([
  [' ', '<p></p>', 'play'],
  ['?', '<p></p>', 'help'],
  ['ArrowLeft', '<p></p>', 'earlier'],
  ['ArrowDown', '<button></button>', 'unit-after'],
  ['Escape', '<input>', 'escape'],
  ['x', '<p></p>', null],
  [' ', '<button></button>', null],
  [' ', '<input>', null],
  ['ArrowLeft', '<input type="range">', null],
  ['ArrowUp', '<select></select>', null],
  ['ArrowDown', '<div data-scrolls></div>', null],
  [' ', '<div data-scrolls></div>', 'play'],
  ['n', '<input type="search">', null],
])('%s on %s is %s', (key, target, command) => {
  expect(press(key, target)).toBe(command);
});

it('leaves the browser its own', () => {
  expect(press('ArrowLeft', '<p></p>', { altKey: true })).toBeNull();
});
