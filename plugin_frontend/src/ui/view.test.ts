import { html, type PropertyValues } from 'lit';
import { signal } from '@preact/signals-core';
import { expect, it } from 'vitest';
import type { TokenText } from '../data/types.ts';
import type { Loadable } from '../state/loadable.ts';
import { testCompared, testRecording, testStore, testText } from '../state/test-store.ts';
import { View } from './view.ts';

const changes: PropertyValues[] = [];

class TextLength extends View {
  protected override willUpdate(changed: PropertyValues): void {
    changes.push(new Map(changed));
  }

  override render() {
    const text = this.recording.data.text.value;
    return html`${text.state === 'ready' ? text.value.tokens.length : 'old'}`;
  }
}
customElements.define('rv-text-length', TextLength);

it('renders once all that it needs is there, and not while it is not', async () => {
  const text = signal<Loadable<TokenText>>({ state: 'loading', stale: null });
  const view = new TextLength();
  Object.assign(view, {
    store: testStore(),
    recordings: [testCompared(testRecording({ text }))],
    needs: ['text'],
  });
  document.body.append(view);
  await view.updateComplete;
  expect(view.shadowRoot!.textContent).toBe('');
  text.value = { state: 'ready', value: testText(['a', 'b']) };
  await view.updateComplete;
  expect(view.shadowRoot!.textContent).toBe('2');
  expect([...changes[0].keys()]).toContain('store');
  text.value = { state: 'empty', why: 'none' };
  await view.updateComplete;
  expect(view.shadowRoot!.textContent).toBe('2');
  view.remove();
});
