import type { Numbers } from './export/export-table.ts';
import type { Mode, Side, Store } from '../state/store.ts';
import { Watching } from './signal-element.ts';

/** One way of looking at recordings. It reads what it needs from its sides while it draws, and never fetches. */
export abstract class View extends Watching {
  static override properties = { store: { attribute: false }, sides: { attribute: false }, mode: {} };
  declare store: Store;
  /** What is shown: several only in a mode that the view draws by itself. */
  declare sides: readonly Side[];
  declare mode: Mode;

  constructor() {
    super();
    this.sides = [];
    this.mode = 'single';
  }

  get side(): Side {
    return this.sides[0];
  }

  /** What stands behind the picture; null while there is nothing. */
  numbers(): Numbers | null {
    return null;
  }
}
