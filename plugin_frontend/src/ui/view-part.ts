import { css, html, nothing, type TemplateResult } from 'lit';
import { controls } from './theme.ts';
import { SignalElement } from './signal-element.ts';
import { failedPanel, loadablePanel } from './state-panel.ts';
import { valueOrStale, type Loadable, type ComparedRecording, type ViewContext } from '../state/store.ts';

/**
 * Part of a view about one recording.
 * It reads only what it shows, so that it alone is rendered again.
 */
export abstract class Part extends SignalElement {
  static override properties = {
    store: { attribute: false },
    recording: { attribute: false },
    over: { attribute: false },
  };
  declare store: ViewContext;
  declare recording: ComparedRecording;
  /** Further recordings, drawn over the first. */
  declare over: readonly ComparedRecording[];

  constructor() {
    super();
    this.over = [];
  }
}

/** Headings and sentences of the parts of a view. */
export const headingStyle = css`
  h3 {
    font-size: 12px;
    font-weight: 500;
    margin: 0 0 4px;
    display: flex;
    flex-wrap: wrap;
    gap: 0 8px;
    align-items: baseline;
  }
  h3 .muted {
    font-weight: 400;
  }
  p {
    margin: 2px 0;
    overflow-wrap: anywhere;
  }
`;

export const partStyle = [
  controls,
  headingStyle,
  css`
    :host {
      display: block;
      min-width: 0;
    }
    section {
      padding: 6px 8px 8px;
      border-top: 1px solid var(--rv-line);
      container-type: inline-size;
    }
    h4 .muted {
      font-weight: 400;
    }
    h4 {
      font-size: 12px;
      font-weight: 400;
      margin: 0;
    }
    .tiles {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(148px, 1fr));
      gap: 8px 12px;
    }
  `,
];

/** Tiles that are buttons as a whole. */
export const tileButtonStyle = css`
  .tiles button {
    height: auto;
    padding: 2px 4px;
    text-align: left;
    border-color: transparent;
    display: block;
    white-space: normal;
  }
  .tiles button[aria-pressed='true'] {
    border-color: var(--rv-accent);
  }
`;

/**
 * Renders a loadable: its value, the reason why it is missing, or an error.
 * The value is dimmed while the next one loads; an error has a button to retry.
 */
export function loaded<T>(loadable: Loadable<T>, waiting: string, draw: (value: T) => unknown): TemplateResult {
  const value = valueOrStale(loadable);
  if (value === null) return loadablePanel(loadable, waiting);
  return html`${loadable.state === 'failed' ? failedPanel(loadable) : nothing}
    <div class=${loadable.state === 'ready' ? '' : 'old'}>${draw(value)}</div>`;
}

/** Several that are shown together: the first one that is not there speaks for all. */
export function together<T extends readonly unknown[]>(
  ...all: { readonly [K in keyof T]: Loadable<T[K]> }
): Loadable<T> {
  const values = all.map((one) => valueOrStale(one));
  const whole = values.every((value) => value !== null) ? (values as unknown as T) : null;
  for (const one of all) if (one.state === 'empty') return one;
  for (const one of all) if (one.state === 'failed') return { ...one, stale: whole };
  return whole && all.every(({ state }) => state === 'ready')
    ? { state: 'ready', value: whole }
    : { state: 'loading', stale: whole };
}

/** Values of further recordings to overlay, with notes for those that have none. */
export function overlaid<T>(
  over: readonly ComparedRecording[],
  find: (recording: ComparedRecording) => Loadable<T>,
): {
  readonly results: readonly { readonly recording: ComparedRecording; readonly value: T }[];
  readonly notes: readonly TemplateResult[];
} {
  const all = over.map((recording) => ({ recording, loadable: find(recording), value: valueOrStale(find(recording)) }));
  return {
    results: all.flatMap(({ recording, value }) => (value === null ? [] : [{ recording, value }])),
    notes: all
      .filter(({ value }) => value === null)
      .map(({ recording: { letter }, loadable }) => loadablePanel(loadable, 'reading…', 'line', `${letter}: `)),
  };
}

/** Keeps the last result while the same things come in. */
export function latest<A extends readonly unknown[], T>(make: (...args: A) => T): (...args: A) => T {
  let before: A | null = null;
  let result: T;
  return (...args) => {
    if (!before || args.some((arg, i) => arg !== before![i])) [result, before] = [make(...args), args];
    return result;
  };
}
