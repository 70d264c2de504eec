const DRAGGED = 4;

/** Tells a drag from a click. `S` is what the drag began with. */
export class Drag<S> {
  private from: { readonly x: number; readonly y: number; readonly start: S } | null = null;
  private moved = false;

  get going(): boolean {
    return this.from !== null;
  }

  begin(event: PointerEvent, start: S): void {
    this.from = { x: event.clientX, y: event.clientY, start };
    this.moved = false;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
  }

  /** Distance from the start; null while it may still be a click. */
  move(event: PointerEvent): { readonly dx: number; readonly dy: number; readonly start: S } | null {
    if (!this.from) return null;
    const [dx, dy] = [event.clientX - this.from.x, event.clientY - this.from.y];
    this.moved ||= Math.hypot(dx, dy) > DRAGGED;
    return this.moved ? { dx, dy, start: this.from.start } : null;
  }

  /** True when it was a click. */
  end(): boolean {
    const clicked = this.from !== null && !this.moved;
    this.from = null;
    return clicked;
  }
}
