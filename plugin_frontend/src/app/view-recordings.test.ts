import { effect, signal } from '@preact/signals-core';
import { describe, expect, it } from 'vitest';
import type { Spectrum } from '../data/types.ts';
import type { Loadable } from '../state/loadable.ts';
import { empty, ready, testCompared, testRecording, testText } from '../state/test-store.ts';
import { viewRecordings } from './view-recordings.ts';

const GALLERY = { name: 'gallery', needs: ['text', 'spectrum'], reads: ['activity'] } as const;
const text = ready(testText(['a']));
const spectrum = ready({} as Spectrum);
const whole = testCompared(testRecording({ text, spectrum }));
const failing = (stale: Spectrum | null) =>
  signal<Loadable<Spectrum>>({ state: 'failed', message: 'no', retry() {}, stale });

describe('the recordings of a view', () => {
  it('have the data that the view declares, and no others', () => {
    const [{ data, label }] = viewRecordings(GALLERY, [whole]).ready;
    expect([data.text, data.spectrum, data.activity]).toEqual([text, spectrum, whole.data.activity]);
    expect(label).toBe(whole.label);
    expect(() => data.relevance).toThrow(
      'The view gallery reads relevance, which its entry in VIEWS does not declare.',
    );
  });

  it('are the same objects each time', () => {
    expect(viewRecordings(GALLERY, [whole]).ready[0]).toBe(viewRecordings(GALLERY, [whole]).ready[0]);
  });

  it('are missing while the view lacks data, with the state of the first that is not there', () => {
    const other = testCompared(testRecording({ text, spectrum: empty('no spectrum') }), 1);
    const { ready, missing } = viewRecordings(GALLERY, [whole, other]);
    expect(ready.map(({ letter }) => letter)).toEqual(['A']);
    expect(missing).toEqual([{ recording: other, state: { state: 'empty', why: 'no spectrum' } }]);
  });

  it('ask for what the view reads of the selection while it waits for what it needs', () => {
    const asked: string[] = [];
    const watched = (name: string) =>
      signal<Loadable<never>>({ state: 'loading', stale: null }, { watched: () => asked.push(name) });
    const recording = testCompared(
      testRecording({ text: watched('text'), activity: watched('activity'), relevance: watched('relevance') }),
    );
    const stop = effect(
      () => void viewRecordings({ name: 'text', needs: ['text'], reads: ['activity', 'unitOf'] }, [recording]),
    );
    stop();
    expect(asked).toEqual(['text', 'activity']);
  });

  it('are shown with old data while new ones load, and when those have failed', () => {
    const loading = signal<Loadable<Spectrum>>({ state: 'loading', stale: {} as Spectrum });
    const reloading = testCompared(testRecording({ text, spectrum: loading }));
    expect(viewRecordings(GALLERY, [reloading])).toMatchObject({ missing: [], failed: [], ready: [{ letter: 'A' }] });
    const broken = testCompared(testRecording({ text, spectrum: failing({} as Spectrum) }));
    expect(viewRecordings(GALLERY, [broken])).toMatchObject({
      missing: [],
      failed: [{ state: { message: 'no' } }],
      ready: [{ letter: 'A' }],
    });
    const lost = testCompared(testRecording({ text, spectrum: failing(null) }));
    expect(viewRecordings(GALLERY, [lost])).toMatchObject({ missing: [{ state: { message: 'no' } }], ready: [] });
  });
});
