import { signal } from '@preact/signals-core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Digest } from '../data/types.ts';
import type { Looked } from '../data/types.ts';
import { causal, digest, hypothesis, index, peak, response } from '../state/fixtures.ts';
import type { Loadable } from '../state/loadable.ts';
import type { Store } from '../state/store.ts';
import { axisWords } from '../state/axis.ts';
import { Findings } from './findings.ts';
import { said } from '../test-setup.ts';

const selection = { run: 'a', step: 5, compare: null, probe: 'p', layer: 'lstm', quantity: 'forget_gate', unit: 7, feature: 'space' };

const nothingTyped: Loadable<Looked> = { state: 'empty', why: '' };

async function show(found: Digest | null, typed = '', answer: Loadable<Looked> = nothingTyped) {
  const select = vi.fn();
  const element = new Findings();
  const chosen = answer.state === 'ready' ? { ...selection, feature: answer.value.name } : selection;
  const look = signal(typed);
  const store = { look, looked: signal(answer), index: signal({ state: 'ready', value: index }), digest: signal(found), digests: signal({ state: 'ready', value: [] }), selection: signal(chosen), axis: signal(axisWords('epoch')), select };
  element.store = store as unknown as Store;
  document.body.append(element);
  await element.updateComplete;
  const root = element.renderRoot as ShadowRoot;
  const field = root.querySelector('rv-look')! as HTMLElement & { updateComplete: Promise<boolean> };
  await field.updateComplete;
  return { root, store, select, element, look, field: field.shadowRoot! };
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
    expect(root.querySelector('.evidence')!.textContent).toContain('0.004');
    expect([...root.querySelectorAll('.finding')].map((button) => button.classList.contains('chance'))).toEqual([false, true, false]);
    expect(root.querySelector('.head')!.textContent).toContain('of 600 tests');
  });

  it('end with what else there is to know: features without a match, the tagger', async () => {
    const { root } = await show(digest({
      features: [{ name: 'digit', kind: 'regex', count: 0, note: 'matches no token' }],
      tagger: 'Some tagger 1.0',
    }));
    expect([...root.querySelectorAll('.remark')].map((remark) => remark.textContent)).toEqual(
      ['digit: matches no token', 'Parts of speech by Some tagger 1.0']);
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


describe('the evidence of a finding', () => {
  const state = { layer: 'lstm', quantity: 'hidden_state' };
  const full = hypothesis({ ...state, response: response(), peak: peak(), causal: causal() });
  const open = async (h: Parameters<typeof hypothesis>[0], more: Partial<Digest> = {}) => {
    const found = hypothesis({ ...state, ...h });
    return show(digest({ hypotheses: [{ ...found, ...selection, layer: found.layer, quantity: found.quantity }], ...more }));
  };

  it('stands in its line: what it does around the feature, and whether it is used', async () => {
    const { root } = await show(digest({ hypotheses: [full] }));
    expect(said(root.querySelector('.brief'))).toBe('reacting used +0.310');
    expect(root.querySelector('.brief svg')!.getAttribute('aria-hidden')).toBe('true');
  });

  it('has “goes with” and “is used for” beside each other', async () => {
    const { root } = await show(digest({ hypotheses: [{ ...full, ...selection, quantity: 'forget_gate' }] }));
    const [goes, used] = root.querySelectorAll('.both > div');
    expect(said(goes)).toMatch(/^goes with effect \+3\.00 q 0\.001 AUC 0\.900 count 12$/);
    expect(said(used)).toBe('is used for used without it +0.310 nats [0.200, 0.440] on the feature’s tokens against the rest +0.330 on its 160 tokens, +0.020 on the rest; held at its mean');
  });

  it.each([
    [{ effect: 0.03, low: -0.01, high: 0.07 }, 'not used', 'without it +0.030 nats; the interval [−0.010, 0.070] holds 0'],
    [{ effect: -0.2, low: -0.3, high: -0.1 }, 'used elsewhere', 'without it −0.200 nats [−0.300, −0.100] on the feature’s tokens against the rest'],
  ])('tells %o as %s', async (change, verdict, sentence) => {
    const { root } = await show(digest({ hypotheses: [{ ...full, ...selection, causal: causal(change) }] }));
    expect(said(root.querySelector('.both > div + div'))).toContain(`is used for ${verdict} ${sentence}`);
  });

  it('tells the rhythm of the text from the unit’s own', async () => {
    const { root } = await show(digest({ hypotheses: [{ ...full, ...selection }] }));
    expect(said(root.querySelector('.evidence'))).toContain('beats at 0.190, every 5.26 tokens, q 0.002, coherence 0.70 with the feature');
    expect(root.querySelector<HTMLElement>('.scale i')!.style.left).toBe('70%');
    const weak = await show(digest({ hypotheses: [{ ...full, ...selection, peak: peak({ q: 0.4 }) }] }));
    expect(said(weak.root.querySelector('.evidence'))).toContain('no beat above chance, the strongest at 0.190');
  });

  it('reads its picture aloud', async () => {
    const { root } = await show(digest({ hypotheses: [{ ...full, ...selection }] }));
    const picture = root.querySelector('.evidence svg')!;
    expect([picture.getAttribute('role'), picture.getAttribute('aria-label')]).toEqual(
      ['img', 'Mean activity from 10 tokens before the feature to 10 behind it: furthest out at 0, 0.900; chance gives −0.200 to 0.200']);
  });

  it.each<[string, Parameters<typeof open>[0], Partial<Digest>, string]>([
    ['a gate', { quantity: 'forget_gate' }, {}, 'it is a gate, and only hidden states were held'],
  ])('says why it is not there: %s', async (_, h, more, why) => {
    const { root } = await open(h, more);
    expect(said(root.querySelector('.both > div + div'))).toBe(`is used for not measured: ${why}`);
  });
});

describe('a feature that was typed', () => {
  const looked: Looked = { name: '<b>x</b>', kind: 'literal', count: 4, note: null, tagger: null, tests: 24, mask: Uint8Array.of(1), units: [hypothesis({ feature: '<b>x</b>', unit: 2 }), hypothesis({ feature: '<b>x</b>', unit: 7 })] };

  it('shows the units that go with it instead of the findings, and a click chooses one', async () => {
    const { root, select, field } = await show(digest(), 'x', { state: 'ready', value: looked });
    expect([...root.querySelectorAll('.unit')].map(said)).toEqual(['2', '7']);
    expect(root.querySelector('b')).toBeNull();
    expect(said(field.querySelector('.says span'))).toBe('<b>x</b>: 4 tokens, 24 tests');
    root.querySelector<HTMLElement>('.finding')!.click();
    expect(select).toHaveBeenCalledWith({ layer: 'lstm', quantity: 'forget_gate', unit: 2 });
    expect(said(root.querySelector('.both > div + div'))).toContain('only features of the recording');
  });

  it('is asked for with Enter and let go with Esc, which goes no further', async () => {
    const { look, field } = await show(digest());
    const input = field.querySelector('input')!;
    input.value = ' ';
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
    expect(look.value).toBe(' ');
    const escape = new KeyboardEvent('keydown', { key: 'Escape', cancelable: true });
    input.dispatchEvent(escape);
    expect([look.value, input.value, escape.defaultPrevented]).toEqual(['', '', true]);
  });

  it.each<[string, Loadable<Looked>, string]>([
    ['waits', { state: 'loading', stale: null }, 'Looking for x…'],
    ['fails', { state: 'failed', message: 'There is no <i>feature</i>.', retry: () => {}, stale: null }, '⚠ There is no <i>feature</i>.'],
    ['matches nothing', { state: 'ready', value: { ...looked, name: '“x”', units: [], count: 0, note: 'matches no token' } }, '“x”: matches no token'],
  ])('says beside the field that it %s', async (_, answer, sentence) => {
    const { field } = await show(digest(), 'x', answer);
    expect(said(field.querySelector('.says span'))).toBe(sentence);
  });
});
