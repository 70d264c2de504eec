import { css, html, nothing } from 'lit';
import type { Index, RunInfo } from '../data/types.ts';
import { findProbe, findRun, type ComparedStep } from '../state/settle.ts';
import { shown, type Selection, type Store } from '../state/store.ts';
import { field, type Choice } from './field.ts';
import './run-picker.ts';
import { controls } from './theme.ts';
import './unit-picker.ts';
import { Watching } from './watching.ts';
import { count, words } from './words.ts';

/** Everything that is chosen: runs, probe, layer, quantity, unit, feature. */
export class TopBar extends Watching {
  static override properties = { store: { attribute: false } };
  declare store: Store;

  static override styles = [controls, css`
    :host { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; padding: 6px 10px; border-bottom: 1px solid var(--rv-line); min-width: 0; }
    .group { display: inline-flex; flex-wrap: wrap; gap: 6px; align-items: center; min-width: 0; }
    .field { display: inline-flex; gap: 4px; align-items: center; min-width: 0; }
    select { max-width: 190px; }
    .help { margin-left: auto; width: 24px; padding: 0; border-radius: 12px; }
  `];

  override render() {
    const { store } = this;
    const [index, selection] = [shown(store.index.value), store.selection.value];
    if (!index || !selection) return nothing;
    const probes = findRun(index, selection.run)?.probes.filter((info) => info.steps.length) ?? [];
    const layers = probes.find((info) => info.probe === selection.probe)?.layers ?? [];
    const layer = layers.find((info) => info.layer === selection.layer);
    return html`
      <span class="group">
        <rv-run-picker letter="A" .runs=${recorded(index)} .value=${selection.run} .filter=${store.host.runFilter}
          @rv-run=${(event: CustomEvent<string>) => store.select({ run: event.detail })}></rv-run-picker>
        ${this.comparison(index, selection)}
      </span>
      ${field('Probe', probes.map(({ probe }) => ({ value: probe, label: probe })), selection.probe, (probe) => store.select({ probe }))}
      ${field('Layer', layers.map((info) => ({ value: info.layer, label: `${info.layer} · ${info.cell}` })), selection.layer, (name) => store.select({ layer: name }))}
      ${field('Quantity', [...(layer?.quantities ?? []).map(({ quantity, role }) => ({ value: quantity, label: words(quantity) + (role ? ` · ${role}` : '') })), ...this.absent(selection)],
        selection.quantity, (quantity) => store.select({ quantity }))}
      <rv-unit-picker .unit=${selection.unit} .units=${layer?.units ?? 1} @rv-unit=${(event: CustomEvent<number>) => store.select({ unit: event.detail })}></rv-unit-picker>
      ${this.features(selection)}
      <button class="help" title="Keys and words (?)" aria-label="Help" @click=${() => this.dispatchEvent(new Event('rv-help'))}>?</button>`;
  }

  /** Quantities of the layer that no step holds: named, so that nobody looks for them in vain. */
  private absent({ layer }: Selection): Choice[] {
    const absent = this.store.digest.value?.absent ?? [];
    return absent.filter((one) => one.layer === layer && one.quantity !== 'all').map(({ quantity }) => ({ value: quantity, label: `${words(quantity)} · not recorded`, disabled: true }));
  }

  private features({ feature }: Selection) {
    const features = this.store.digest.value?.features ?? [];
    if (!features.length && !feature) return nothing;
    const choices = features.map(({ name, count: n, note }) => ({ value: name, label: `${name} · ${note ?? count(n)}` }));
    if (!choices.some(({ value }) => value === feature)) choices.unshift({ value: feature, label: feature });
    return field('Feature', choices, feature, (name) => this.store.select({ feature: name }));
  }

  private comparison(index: Index, selection: Selection) {
    const { store } = this;
    const { compare, probe } = selection;
    const others = recorded(index).filter((info) => info.probes.some((p) => p.probe === probe && p.steps.length));
    if (!compare) return html`<button title="Compare with another run or ${store.axis.value.one}" @click=${() => this.compare(others, selection)}>⇄ compare</button>`;
    const steps = findProbe(index, compare.run, probe)?.steps ?? [];
    const axis = store.comparedAxis.value;
    const wished = store.wish.value.compare?.step;
    const value = wished === 'same' ? 'same' : String(compare.step);
    const choices = [{ value: 'same', label: `${axis.one} as A` }, ...steps.map((step) => ({ value: String(step), label: axis.name(step) }))];
    return html`⇄
      <rv-run-picker letter="B" .runs=${others} .value=${compare.run} @rv-run=${(event: CustomEvent<string>) =>
        store.select({ compare: { run: event.detail, step: wished ?? 'same' } })}></rv-run-picker>
      ${field('', choices, value, (step) => store.select({ compare: { run: compare.run, step: step === 'same' ? 'same' : Number(step) } }))}
      <button title="Stop comparing" aria-label="Stop comparing" @click=${() => store.select({ compare: null })}>✕</button>`;
  }

  /** With the run written last that has this layer too; with the run's own beginning where there is none. */
  private compare(others: readonly RunInfo[], { run, probe, layer }: Selection): void {
    const hasLayer = (info: RunInfo) => info.probes.some((p) => p.probe === probe && p.layers.some((l) => l.layer === layer));
    const rest = others.filter((info) => info.run !== run && hasLayer(info)).sort((a, b) => b.wallTime - a.wallTime);
    const first = others.find((info) => info.run === run)?.probes.find((info) => info.probe === probe)?.steps[0] ?? 0;
    const compare: { run: string; step: ComparedStep } = rest.length ? { run: rest[0].run, step: 'same' } : { run, step: first };
    this.store.select({ compare });
  }
}
customElements.define('rv-top-bar', TopBar);

const recorded = (index: Index) => index.runs.filter((run) => run.probes.some((probe) => probe.steps.length));
