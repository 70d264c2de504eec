import { css } from 'lit';
import { controls } from '../../ui/theme.ts';
import { overlayStyle } from '../../ui/text/overlay.ts';

export const paneStyle = [
  controls,
  overlayStyle,
  css`
    :host {
      display: flex;
      flex-direction: column;
      min-width: 0;
      min-height: 0;
      position: relative;
    }
    .label {
      padding: 2px 12px;
      font-size: 12px;
      color: var(--rv-muted);
      white-space: nowrap;
      overflow: hidden;
      text-overflow: ellipsis;
      flex: none;
    }
    .body {
      flex: 1 1 0;
      min-height: 0;
      display: flex;
      padding-top: 4px;
    }
    .scroller {
      flex: 1 1 0;
      min-width: 0;
      overflow: hidden auto;
      overflow-anchor: none;
      cursor: text;
      scrollbar-width: thin;
    }
    .scroller:focus-visible {
      outline: 2px solid var(--rv-accent);
      outline-offset: -2px;
    }
    .stage {
      position: relative;
      min-height: 100%;
    }
    .sheet {
      position: sticky;
      top: 0;
      display: block;
    }
  `,
];
