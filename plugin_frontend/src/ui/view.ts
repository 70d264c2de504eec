import type { ExportTable } from './export/export-table.ts';
import type { Mode, ComparedRecording, Store } from '../state/store.ts';
import { SignalElement } from './signal-element.ts';

/** One way of looking at recordings. It reads what it needs from its sides while it draws, and never fetches. */
export abstract class View extends SignalElement {
  static override properties = { store: { attribute: false }, recordings: { attribute: false }, mode: {} };
  declare store: Store;
  /** What is shown: several only in a mode that the view draws by itself. */
  declare recordings: readonly ComparedRecording[];
  declare mode: Mode;

  constructor() {
    super();
    this.recordings = [];
    this.mode = 'single';
  }

  get recording(): ComparedRecording {
    return this.recordings[0];
  }

  /** What stands behind the picture; null while there is nothing. */
  exportTable(): ExportTable | null {
    return null;
  }
}
