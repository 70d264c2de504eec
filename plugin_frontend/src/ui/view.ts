import type { ExportTable } from './export/export-table.ts';
import type { Mode, ComparedRecording, ViewContext } from '../state/store.ts';
import { SignalElement } from './signal-element.ts';

/**
 * View of one or several recordings.
 * It reads signals of its recordings while it renders, and never fetches.
 */
export abstract class View extends SignalElement {
  static override properties = { store: { attribute: false }, recordings: { attribute: false }, mode: {} };
  declare store: ViewContext;
  /** Recordings on show; several only in a mode that the view draws by itself. */
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

  /** Numbers behind the picture; null if there are none. */
  exportTable(): ExportTable | null {
    return null;
  }
}
