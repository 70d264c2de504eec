import { effect } from '@preact/signals-core';
import { LitElement, render } from 'lit';
import { failedPanel } from './state-panel.ts';

/**
 * Element that renders again when a signal changes that its last rendering read.
 * An error while it renders is shown in its place, with a button to try again; other elements go on.
 */
export abstract class SignalElement extends LitElement {
  private stop: (() => void) | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.stop?.();
      this.stop = null;
    });
  }

  protected override performUpdate(): void {
    if (!this.isUpdatePending) return;
    const before = this.stop;
    let drawn = false;
    this.stop = effect(() => {
      if (drawn) return this.requestUpdate();
      drawn = true;
      try {
        super.performUpdate();
      } catch (error) {
        this.showError(error);
      }
    });
    before?.();
  }

  private showError(error: unknown): void {
    console.error(error);
    const message = `This could not be drawn: ${error instanceof Error ? error.message : String(error)}`;
    const retry = () => this.requestUpdate();
    render(failedPanel({ state: 'failed', message, retry, stale: null }), this.renderRoot, this.renderOptions);
  }
}
