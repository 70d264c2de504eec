import type { Root } from './copy.ts';

/**
 * Keeps the anchor of a drag over text.
 * If the drag begins at the very middle of a letter, Chromium moves the anchor with the pointer and selects
 * nothing.
 */
export class KeptAnchor {
  private anchor: readonly [node: Node, offset: number] | null = null;

  constructor(private readonly root: () => Root) {}

  readonly press = (event: MouseEvent): void => {
    this.anchor = null;
    if (event.button !== 0 || event.detail > 1 || event.shiftKey) return;
    // The first move still finds the selection as the press has left it.
    window.addEventListener('mousemove', this.keep, { once: true, capture: true });
    document.addEventListener('selectionchange', this.changed);
    window.addEventListener('mouseup', this.release, { once: true });
  };

  private readonly keep = (): void => {
    const selection = this.root().getSelection?.();
    if (selection?.anchorNode && selection.isCollapsed) this.anchor = [selection.anchorNode, selection.anchorOffset];
  };

  private readonly changed = (): void => {
    const selection = this.root().getSelection?.();
    if (!this.anchor || !selection?.anchorNode || !selection.isCollapsed) return;
    const [node, offset] = this.anchor;
    const { anchorNode, anchorOffset } = selection;
    if (this.root().contains(node) && (node !== anchorNode || offset !== anchorOffset))
      selection.setBaseAndExtent(node, offset, anchorNode, anchorOffset);
  };

  /** Applies the last move after the release. */
  private readonly release = (): void => {
    window.removeEventListener('mousemove', this.keep, { capture: true });
    setTimeout(() => document.removeEventListener('selectionchange', this.changed));
  };
}
