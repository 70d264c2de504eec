import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Size of an element in CSS pixels; a change renders it again. */
export class ResizeController implements ReactiveController {
  width = 0;
  height = 0;
  private readonly observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry.contentRect;
    if (width === this.width && height === this.height) return;
    [this.width, this.height] = [width, height];
    this.host.requestUpdate();
  });

  constructor(private readonly host: ReactiveControllerHost & Element) {
    host.addController(this);
  }

  hostConnected(): void {
    this.observer.observe(this.host);
  }

  hostDisconnected(): void {
    this.observer.disconnect();
  }
}
