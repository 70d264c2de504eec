import { html, nothing, type TemplateResult } from 'lit';
import type { Projection } from '../../data/states.ts';
import type { ComparedRecording, ViewContext } from '../../state/store.ts';
import { formatCount } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';

/** Variance of the recording below which two axes hide most of it. */
const LITTLE = 0.3;

const warning = (sentence: unknown) => html` <span class="warning">${sentence}</span>`;

/** Sentences on the axes, and on states that are not shown. */
export function projectionNotes(
  { method, fitted, fittedStates, states, tokens, missing, explainedHere, units }: Projection,
  store: ViewContext,
  { data }: ComparedRecording,
): TemplateResult {
  const all = data.steps.value;
  const { names } = data.axis.value;
  const runs = new Set(store.comparedRecordings.value.map((one) => one.data.read.value?.run));
  const stepsOf = ({ run, steps }: Projection['fitted'][number]) =>
    fitted.length > 1 ? `${run} ${names(steps, all)}` : names(steps, all);
  const isPart = tokens.length < states;
  const here = explainedHere.slice(0, 2).reduce((sum, share) => sum + share, 0);
  return html`${
    method === 'tsne'
      ? html`t-SNE of ${formatCount(fittedStates)} states, seeded. Neighbours stay together; distances between groups,
        their sizes, and positions at another step mean nothing.`
      : html`Principal components of ${formatCount(fittedStates)} states (${fitted.map(stepsOf).join('; ')}); they stay
        the same while the step changes.`
  }
  ${isPart ? html` ${formatCount(tokens.length)} of ${formatCount(states)} states, evenly spread.` : nothing}
  ${missing ? warning(`${formatCount(missing)} with values that are not finite have no point.`) : nothing}
  ${
    method === 'pca' && here < LITTLE
      ? warning(`Components 1 and 2 show ${percent(here)} of the variance of this step: most of it is hidden.`)
      : nothing
  }
  ${
    runs.size < 2
      ? nothing
      : warning(
          fitted.length > 1
            ? 'Units of two runs share a number and nothing else: compare positions within a run only.'
            : `Not all runs have ${units} units: these have axes of their own.`,
        )
  }`;
}
