import { describe, expect, it } from 'vitest';
import { VIEWS } from './views.ts';
import { closeView, openView, slotOf, readLayout, shiftView, stacked, DEFAULT_LAYOUT, writeLayout } from './layout.ts';

/** Views that a layout knows now. */
const NUMBER = VIEWS.filter((view) => !view.inPlaceOf).length;
const usual = readLayout(DEFAULT_LAYOUT);

describe('the arrangement', () => {
  it('begins with findings, text, heatmap and Fourier in sight', () => {
    expect([usual.left.front, usual.top.front, usual.bottom.front, usual.corner.front]).toEqual([
      'findings',
      'text',
      'heatmap',
      'fourier',
    ]);
  });

  it('comes back from its word', () => {
    const word = `overview*|text*|unit,heatmap*||${NUMBER}`;
    expect(writeLayout(readLayout(word))).toBe(word);
  });

  it('passes over what it does not know, and what stands twice', () => {
    expect(writeLayout(readLayout(`nonsense*|text*,text|text,heatmap||${NUMBER}`))).toBe(`|text*|heatmap*||${NUMBER}`);
    expect(readLayout('one|two')).toEqual(usual);
  });

  it('gets the views that are newer than it, but in no slot that was emptied', () => {
    expect(readLayout('findings*|text*|unit*,heatmap|').bottom).toEqual({
      views: ['unit', 'heatmap', 'matrix', 'states', 'why', 'words'],
      front: 'unit',
    });
    expect(readLayout('findings*|text*||').bottom.views).toEqual([]);
    expect(readLayout('findings*|text*|unit*||1').left.views).toEqual(['findings', 'overview']);
    expect(readLayout(`findings*|text*|unit*||${NUMBER}`).bottom.views).toEqual(['unit']);
  });

  it('shows the neighbour of a view that was closed, and nothing where none is left', () => {
    const without = closeView(usual, 'heatmap');
    expect(without.bottom.views).not.toContain('heatmap');
    expect(without.bottom.front).toBe(without.bottom.views[0]);
    expect(closeView(readLayout('|text*|||99'), 'text').top).toEqual({ views: [], front: null });
  });

  it('opens a closed view where it usually stands, and an open one where it is', () => {
    expect(slotOf(openView(closeView(usual, 'gates'), 'gates'), 'gates')).toBe('corner');
    const moved = openView(usual, 'fourier', 'left');
    expect([slotOf(moved, 'fourier'), moved.left.front]).toEqual(['left', 'fourier']);
    expect(slotOf(openView(moved, 'fourier'), 'fourier')).toBe('left');
  });

  it('moves views among those they stand with, not past the ends', () => {
    const { views } = usual.bottom;
    expect(shiftView(usual, views[0], 1).bottom.views.slice(0, 2)).toEqual([views[1], views[0]]);
    expect(shiftView(usual, views[0], -1).bottom.views).toEqual(views);
  });

  it('is one stack without the text where there is little room', () => {
    expect(stacked(usual, 'unit')).toMatchObject({ front: 'unit' });
    expect(stacked(usual, 'unit').views).not.toContain('text');
    expect(stacked(usual, 'text').front).toBe('findings');
  });
});
