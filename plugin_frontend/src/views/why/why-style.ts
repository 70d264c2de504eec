import { css } from 'lit';

export const whyStyle = css`
  .page {
    flex: 1 1 0;
    min-height: 0;
    overflow: hidden auto;
    position: relative;
    border-top: 1px solid var(--rv-line);
    container-type: inline-size;
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(190px, 260px) minmax(0, 1fr);
  }
  @container (max-width: 560px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
    ol.predictions {
      max-height: 132px;
    }
  }
  section {
    padding: 6px 8px 8px;
    border-top: 1px solid var(--rv-line);
    min-width: 0;
  }
  .columns > div > section:first-child {
    border-top: 0;
  }
  ol.predictions {
    margin: 0;
    padding: 0;
    list-style: none;
    max-height: 420px;
    overflow: auto;
    position: relative;
  }
  ol.predictions button {
    width: 100%;
    height: auto;
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0 8px;
    padding: 2px 6px;
    border-color: transparent;
    text-align: left;
  }
  ol.predictions button[aria-pressed='true'] {
    border-color: var(--rv-accent);
  }
  ol.predictions .words {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
    direction: rtl;
    text-align: left;
  }
  ol.predictions .words > span {
    direction: ltr;
    unicode-bidi: isolate;
  }
  .small {
    grid-column: 1 / -1;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .text {
    line-height: 1.7;
    overflow-wrap: anywhere;
    margin: 4px 0 6px;
    max-height: 12em;
    overflow: auto;
    position: relative;
  }
  .text span.token {
    padding: 1px 0;
    white-space: pre-wrap;
    cursor: pointer;
  }
  .text .over {
    outline: 1.5px solid var(--rv-ink);
  }
  .text .last {
    box-shadow: inset 0 -2px 0 var(--rv-ink);
  }
  .arrow {
    font-weight: 500;
    white-space: pre;
  }
  .lists {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(200px, 320px));
    gap: 4px 32px;
  }
  ol.parts {
    margin: 0;
    padding: 0;
    list-style: none;
    font-variant-numeric: tabular-nums;
  }
  ol.parts li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 64px 60px;
    gap: 8px;
    align-items: center;
    min-height: 18px;
  }
  ol.parts li > span:last-child {
    text-align: right;
  }
  ol.parts .word {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  ol.parts svg {
    display: block;
  }
  ol.parts button {
    height: 20px;
  }
  table.epochs {
    border-collapse: collapse;
    table-layout: fixed;
    width: 100%;
  }
  table.epochs th {
    width: 76px;
    font-weight: 400;
    text-align: left;
    padding: 0 6px 0 0;
  }
  table.epochs td {
    padding: 1px 6px 1px 0;
    overflow: hidden;
    white-space: nowrap;
  }
  table.epochs span.token {
    white-space: pre;
    cursor: pointer;
  }
  table.epochs td.strip {
    direction: rtl;
    text-align: right;
  }
  table.epochs td.strip > span {
    direction: ltr;
    unicode-bidi: isolate;
  }
  table.epochs td:last-child {
    width: 110px;
    text-overflow: ellipsis;
  }
  .grid {
    display: block;
    width: 100%;
    max-width: 900px;
  }
  pre {
    margin: 8px 0;
  }
`;
