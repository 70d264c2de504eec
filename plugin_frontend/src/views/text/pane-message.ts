import { nothing, type TemplateResult } from 'lit';
import type { ComparedRecording, ViewContext } from '../../state/store.ts';
import { emptyPanel, failedPanel, loadingPanel } from '../../ui/state-panel.ts';
import type { Frame } from './frame.ts';
import { activityOf } from '../../state/unit-rows.ts';
import type { Scheme } from './scheme.ts';
import { stillHeldAt } from '../../ui/text/still-held.ts';

/** Message for a text without colours. */
export function paneMessage(
  store: ViewContext,
  recording: ComparedRecording,
  { by, moment }: Scheme,
  frame: Frame | null,
): TemplateResult | typeof nothing {
  const { data } = recording;
  if (moment !== null) {
    const contributions = stillHeldAt(store, recording, moment);
    if (contributions.state === 'failed') return failedPanel(contributions, 'float');
    if (contributions.state === 'loading') return loadingPanel('Reading the gates…', 'float');
  }
  const activity = by === 'activity' && data.unit.value >= 0 ? activityOf(store, data, data.unit.value) : null;
  if (activity?.state === 'failed') return failedPanel(activity, 'float');
  if (!frame) return loadingPanel('Reading the text…', 'float');
  return frame.why ? emptyPanel(frame.why, 'float') : nothing;
}
