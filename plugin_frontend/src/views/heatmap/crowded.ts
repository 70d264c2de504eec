import { css } from 'lit';

/** In a small panel the controls stand in one line that scrolls, so that the picture keeps its room. */
export const crowdedStyle = css`
  :host { container-type: size; }
  @container (max-height: 300px) {
    .head { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: thin; padding: 3px 8px; gap: 8px; }
    .head > * { flex: none; }
    .push { margin-left: 0; }
  }
  @container (max-height: 260px) {
    .foot { flex-wrap: nowrap; padding: 1px 8px; min-height: 18px; }
    .foot .readout { flex: 1 1 0; }
    rv-spectrum-chart { display: none; }
    .lines { max-height: 17px; }
  }
`;
