import { signal } from '@preact/signals-core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Digest } from '../data/types.ts';
import { digest, hypothesis } from '../state/fixtures.ts';
import type { Store } from '../state/store.ts';
import { Findings } from './findings.ts';

const selection = { run: 'a', step: 5, compare: null, probe: 'p', layer: 'lstm', quantity: 'forget_gate', unit: 7, feature: 'space' };

async function show(found: Digest | null) {
  const select = vi.fn();
  const element = new Findings();
  const store = { digest: signal(found), digests: signal({ state: 'ready', value: [] }), selection: signal(selection), select };
  element.store = store as unknown as Store;
  document.body.append(element);
  await element.updateComplete;
  return { root: element.renderRoot as ShadowRoot, store, select, element };
}

beforeEach(() => document.body.replaceChildren());

describe('findings', () => {
  it('are listed with effect and count, and choosing one selects it', async () => {
    const { root, select } = await show(digest());
    const [first, second] = root.querySelectorAll<HTMLButtonElement>('.finding');
    expect(first.textContent!.replace(/\s+/g, ' ')).toContain('+3.00');
    expect(first.textContent).toContain('12×');
    expect([first.ariaPressed ?? first.getAttribute('aria-pressed'), second.getAttribute('aria-pressed')]).toEqual(['true', 'false']);
    second.click();
    expect(select).toHaveBeenCalledWith({ feature: 'comma', layer: 'gru', quantity: 'hidden_state', unit: 3 });
  });

  it('have bars by the size of their effect', async () => {
    const { root } = await show(digest({ hypotheses: [hypothesis({ effect: -4 }), hypothesis({ effect: 1, unit: 1 })] }));
    expect([...root.querySelectorAll<HTMLElement>('.bar i')].map((bar) => bar.style.width)).toEqual(['100.0%', '25.0%']);
  });

  it('show their rate of false discoveries, and stand back where they are not above chance', async () => {
    const { root } = await show(digest({ hypotheses: [hypothesis({ q: 0.004 }), hypothesis({ q: 0.3, unit: 1 }), hypothesis({ q: NaN, unit: 2 })] }));
    expect(root.querySelector('dl')!.textContent).toContain('0.004');
    expect([...root.querySelectorAll('.finding')].map((button) => button.classList.contains('chance'))).toEqual([false, true, false]);
    expect(root.querySelector('.head')!.textContent).toContain('of 600 tests');
  });

  it('end with what else there is to know: features without a match, what was not recorded, the tagger', async () => {
    const { root } = await show(digest({
      features: [{ name: 'digit', kind: 'regex', count: 0, note: 'matches no token' }],
      absent: [{ layer: 'conv', quantity: 'all', reason: 'units in space' }], tagger: 'Some tagger 1.0',
    }));
    expect([...root.querySelectorAll('.remark')].map((remark) => remark.textContent)).toEqual(
      ['digit: matches no token', 'Not recorded: conv, units in space', 'Parts of speech by Some tagger 1.0']);
  });

  it('with names from a log are text and nothing else', async () => {
    const { root } = await show(digest({ hypotheses: [hypothesis({ feature: '<img src=x onerror=alert(1)>' })] }));
    expect(root.querySelector('img')).toBeNull();
    expect(root.querySelector('.name')!.textContent).toBe('<img src=x onerror=alert(1)>');
  });

  it.each<[string, Digest | null, string]>([
    ['no digest', null, 'No findings were logged for this epoch.'],
    ['no feature', digest({ features: [], hypotheses: [] }), 'No features were given to the callback, so no unit was searched for one.'],
    ['no finding', digest({ hypotheses: [] }), 'No unit stands out for any feature at this epoch.'],
  ])('say why there are none: %s', async (_, found, words) => {
    const { root } = await show(found);
    expect(root.querySelector('p')!.textContent).toBe(words);
  });

  it('are drawn anew when the epoch changes', async () => {
    const { root, store, element } = await show(digest());
    store.digest.value = digest({ hypotheses: [] });
    await element.updateComplete;
    expect(root.querySelectorAll('.finding')).toHaveLength(0);
  });
});
