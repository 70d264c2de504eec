import { signal } from '@preact/signals-core';
import { html } from 'lit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SignalElement } from './signal-element.ts';
import type { StatePanel } from './state-panel.ts';

const divisor = signal(1);
class Quotient extends SignalElement {
  override render() {
    if (!divisor.value) throw new Error('Division by zero.');
    return html`<p>${12 / divisor.value}</p>`;
  }
}
class Divisor extends SignalElement {
  override render() {
    return html`<p>${divisor.value}</p>`;
  }
}
customElements.define('rv-test-quotient', Quotient);
customElements.define('rv-test-divisor', Divisor);

let [quotient, beside]: SignalElement[] = [];
const textOf = (element: SignalElement) => element.shadowRoot?.querySelector('p')?.textContent;
const panelOf = (element: SignalElement) => element.shadowRoot?.querySelector<StatePanel>('rv-state-panel');

beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  divisor.value = 1;
  [quotient, beside] = [new Quotient(), new Divisor()];
  document.body.append(quotient, beside);
  await quotient.updateComplete;
});
afterEach(() => {
  quotient.remove();
  beside.remove();
  vi.restoreAllMocks();
});

const fail = async () => {
  divisor.value = 0;
  await quotient.updateComplete;
  await beside.updateComplete;
  await panelOf(quotient)?.updateComplete;
};

it('shows an error of its rendering in its place while other elements go on', async () => {
  expect(textOf(quotient)).toBe('12');
  await fail();
  expect(panelOf(quotient)?.shadowRoot?.textContent).toContain('This could not be drawn: Division by zero.');
  expect(textOf(quotient)).toBeUndefined();
  expect(textOf(beside)).toBe('0');
  expect(console.error).toHaveBeenCalledOnce();
});

it('is drawn again when a signal changes that it read', async () => {
  await fail();
  divisor.value = 4;
  await quotient.updateComplete;
  expect(textOf(quotient)).toBe('3');
  expect(panelOf(quotient)).toBeNull();
});

it('tries again at the press of a button', async () => {
  await fail();
  const again = vi.spyOn(quotient, 'requestUpdate');
  panelOf(quotient)?.shadowRoot?.querySelector('button')?.click();
  expect(again).toHaveBeenCalledOnce();
  await quotient.updateComplete;
  expect(panelOf(quotient)).not.toBeNull();
});
