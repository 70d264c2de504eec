import { css } from 'lit';

/** Styles for small panels: the plot keeps its size, texts shrink, controls scroll. */
export const compactStyle = css`
  :host {
    container-type: size;
  }
  @container (max-height: 300px) {
    .head {
      max-height: 56px;
      overflow: hidden auto;
      padding: 3px 8px;
      gap: 4px 8px;
    }
    .push {
      margin-left: 0;
    }
  }
  @container (max-height: 260px) {
    .foot {
      flex-wrap: nowrap;
      padding: 1px 8px;
      min-height: 18px;
      overflow: hidden;
    }
    .foot .limits {
      display: none;
    }
    .foot .readout {
      flex: 1 1 0;
    }
    .lines {
      max-height: 17px;
    }
  }
  @container (max-width: 460px) {
    .key {
      display: none;
    }
  }
`;
