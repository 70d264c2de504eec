import type { PropertyValues } from 'lit';
import { valueOrStale } from '../state/loadable.ts';
import { dataOf, type SelectedDataName } from '../state/recording-table.ts';
import type { ExportTable } from './export/export-table.ts';
import type { Mode, ComparedRecording, ViewContext } from '../state/store.ts';
import { SignalElement } from './signal-element.ts';

/**
 * View of one or several recordings.
 * It reads signals of its recordings while it renders, and never fetches.
 */
export abstract class View extends SignalElement {
  static override properties = {
    store: { attribute: false },
    recordings: { attribute: false },
    needs: { attribute: false },
    mode: {},
  };
  declare store: ViewContext;
  /** Recordings on show; several only in a mode that the view draws by itself. */
  declare recordings: readonly ComparedRecording[];
  /** Data that the view needs; the frame shows their state while some are missing. */
  declare needs: readonly SelectedDataName[];
  declare mode: Mode;
  private skipped: PropertyValues = new Map();

  constructor() {
    super();
    this.recordings = [];
    this.needs = [];
    this.mode = 'single';
  }

  protected override shouldUpdate(changed: PropertyValues): boolean {
    const hasAll = this.recordings.every(({ data }) =>
      this.needs.every((name) => valueOrStale(dataOf(data, name, []).value) !== null),
    );
    for (const [name, old] of this.skipped) if (!changed.has(name)) changed.set(name, old);
    this.skipped = hasAll ? new Map() : new Map(changed);
    return hasAll;
  }

  get recording(): ComparedRecording {
    return this.recordings[0];
  }

  /** Numbers behind the picture; null if there are none. */
  exportTable(): ExportTable | null {
    return null;
  }
}
