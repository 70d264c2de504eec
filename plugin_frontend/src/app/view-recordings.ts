import type { ComparedRecording, RecordingData } from '../state/store.ts';
import { valueOrStale, type Loadable } from '../state/loadable.ts';
import { DATA_NAMES, dataOf } from '../state/recording-table.ts';
import type { ViewInfo } from './views.ts';

type Declaration = Pick<ViewInfo, 'name' | 'needs' | 'reads'>;

/** Recording with the state of data that a view needs. */
export interface MissingData {
  readonly recording: ComparedRecording;
  readonly state: Loadable<unknown>;
}

/** Recordings for a view, and the state of the data that it needs. */
export interface ViewRecordings {
  /** Recordings with all data that the view needs, limited to its declared data. */
  readonly ready: readonly ComparedRecording[];
  /** Recordings without it. */
  readonly missing: readonly MissingData[];
  /** Data that failed to reload while the view shows old ones. */
  readonly failed: readonly MissingData[];
}

/** Cache of recordings by view, limited to the data that the view declares. */
const declared = new WeakMap<ComparedRecording, Map<string, ComparedRecording>>();

function declaredRecording(info: Declaration, recording: ComparedRecording): ComparedRecording {
  const byView = declared.get(recording) ?? new Map<string, ComparedRecording>();
  declared.set(recording, byView);
  if (!byView.has(info.name)) byView.set(info.name, { ...recording, data: declaredData(info, recording.data) });
  return byView.get(info.name)!;
}

/** Data of which those that the view does not declare cannot be read. */
function declaredData({ name, needs, reads }: Declaration, data: RecordingData): RecordingData {
  const names: readonly string[] = [...needs, ...reads];
  const others = DATA_NAMES.filter((other) => !names.includes(other));
  const refuse = (other: string) => ({
    enumerable: false,
    get: () => {
      throw new Error(`The view ${name} reads ${other}, which its entry in VIEWS does not declare.`);
    },
  });
  return Object.defineProperties({ ...data }, Object.fromEntries(others.map((other) => [other, refuse(other)])));
}

/** State of the data that a view needs: the first missing, else the first failed. */
function stateOfNeeds({ needs }: Declaration, { data }: ComparedRecording): Loadable<unknown> | undefined {
  const states = needs.map((name) => dataOf(data, name, []).value);
  return states.find((state) => valueOrStale(state) === null) ?? states.find(({ state }) => state === 'failed');
}

/**
 * Requests data of the selection that a view reads.
 * They come together with those that it needs. Data that take arguments wait until the view asks.
 */
function requestSelected({ reads }: Declaration, { data }: ComparedRecording): void {
  for (const name of reads) if (typeof data[name] !== 'function') void dataOf(data, name, []).value;
}

/**
 * Sorts recordings by the state of the data that a view needs.
 * The recordings are limited to the data that it declares.
 */
export function viewRecordings(info: Declaration, recordings: readonly ComparedRecording[]): ViewRecordings {
  const ready: ComparedRecording[] = [];
  const [missing, failed]: [MissingData[], MissingData[]] = [[], []];
  for (const recording of recordings) {
    const state = stateOfNeeds(info, recording);
    if (state && valueOrStale(state) === null) {
      missing.push({ recording, state });
      requestSelected(info, recording);
    } else {
      ready.push(declaredRecording(info, recording));
      if (state?.state === 'failed') failed.push({ recording, state });
    }
  }
  return { ready, missing, failed };
}
