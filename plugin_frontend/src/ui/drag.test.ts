import { expect, it } from 'vitest';
import { Drag } from './drag.ts';

const at = (clientX: number, clientY: number) =>
  ({
    clientX,
    clientY,
    pointerId: 1,
    currentTarget: { setPointerCapture: () => undefined },
  }) as unknown as PointerEvent;

it('a press that hardly moves is a click', () => {
  const drag = new Drag<string>();
  drag.begin(at(10, 10), 'start');
  expect(drag.move(at(12, 11))).toBeNull();
  expect(drag.end()).toBe(true);
});

it('a press that moves is a drag, also when it comes back', () => {
  const drag = new Drag<string>();
  drag.begin(at(10, 10), 'start');
  expect(drag.move(at(30, 5))).toEqual({ dx: 20, dy: -5, start: 'start' });
  expect(drag.move(at(10, 10))).toEqual({ dx: 0, dy: 0, start: 'start' });
  expect(drag.end()).toBe(false);
});

it('nothing is a click that did not begin here', () => {
  const drag = new Drag<string>();
  expect([drag.going, drag.move(at(50, 50)), drag.end()]).toEqual([false, null, false]);
});
