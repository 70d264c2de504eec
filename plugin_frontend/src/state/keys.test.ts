import { expect, it } from 'vitest';
import { commandOf, KeySequence } from './keys.ts';

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

const key = (name: string, timeStamp = 0) =>
  Object.defineProperty(new KeyboardEvent('keydown', { key: name }), 'timeStamp', { value: timeStamp });

it('shows a view by g and its letter, within two seconds', () => {
  const keys = new KeySequence(['e', 'x']);
  expect([key('g'), key('e', 1999)].map((event) => keys.commandOf(event))).toEqual([null, 'view']);
  expect([key('g'), key('e', 2000)].map((event) => keys.commandOf(event))).toEqual([null, 'enlarge']);
  expect([key('g'), key('x')].map((event) => keys.commandOf(event))).toEqual([null, 'view']);
});

it('has the usual command for a key that is no letter of a view, and for the letter alone', () => {
  const keys = new KeySequence(['x']);
  expect([key('g'), key('m'), key('x'), key('e')].map((event) => keys.commandOf(event))).toEqual([
    null,
    'mode',
    null,
    'enlarge',
  ]);
});
