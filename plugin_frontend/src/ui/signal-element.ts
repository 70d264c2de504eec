import { effect } from '@preact/signals-core';
import { LitElement } from 'lit';

/** Element that renders again when a signal changes that its last rendering read. */
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
      super.performUpdate();
    });
    before?.();
  }
}
