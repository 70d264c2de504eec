import type { SettingValue } from './settings.ts';
import type { RecordingData } from './recording-data.ts';

/** Mode of comparison: one recording, side by side, overlaid, or the difference. */
export type Mode = 'single' | SettingValue<'mode'>;

/** At most so many recordings are shown together. */
export const MAX_RECORDINGS = 8;

/** One of the recordings that are shown. */
export interface ComparedRecording {
  /** A, B, …; `B − A` for a difference. */
  readonly letter: string;
  /** `A · run1 · epoch 12` */
  readonly label: string;
  readonly data: RecordingData;
  /** Its place among the colours for lines, from 0. */
  readonly series: number;
}
