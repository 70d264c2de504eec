import type { Host } from './host.ts';
import type { Link } from './link.ts';

/** Changes closer together than this many milliseconds share a history entry. */
const ENTRY_MS = 1000;
/** Going through the epochs is no entry of its own. */
const SAME_ENTRY: ReadonlySet<string> = new Set(['step', 'comparestep']);

/** Keeps the address true, and decides what is worth a step back. */
export class History {
  private written: Link = {};
  private writtenAt = 0;

  constructor(private readonly host: Host) {}

  /** `choice` is what was selected, `options` how it is shown. */
  write(choice: Link, options: Link): void {
    const link = { ...choice, ...options };
    if (JSON.stringify(link) === JSON.stringify(this.written)) return;
    const first = Object.keys(this.written).length === 0;
    const now = Date.now();
    const isNewEntry = Object.keys(choice).some((key) => choice[key] !== this.written[key] && !SAME_ENTRY.has(key));
    this.host.writeLink(link, { push: !first && isNewEntry && now - this.writtenAt > ENTRY_MS });
    [this.written, this.writtenAt] = [link, now];
  }
}
