import { css } from 'lit';
import { segmentStyle } from '../../ui/panel-style.ts';

/** The head, and findings as lines of a list. */
export const listStyle = css`
  ${segmentStyle}
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
    height: 100%;
    overflow: hidden auto;
    container-type: inline-size;
  }
  .head,
  .foot {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 6px;
    align-items: center;
    padding: 4px 8px;
    flex: none;
    font-size: 12px;
  }
  .foot {
    color: var(--rv-muted);
    min-height: 18px;
    border-top: 1px solid var(--rv-line);
  }
  .segments {
    flex: none;
  }
  .filter {
    flex: 1 1 90px;
    max-width: 320px;
  }
  select {
    max-width: 130px;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .body {
    flex: 1 1 0;
    min-height: 80px;
    min-width: 0;
    border-top: 1px solid var(--rv-line);
  }
  rv-look {
    max-width: 460px;
    width: 100%;
    box-sizing: border-box;
  }
  rv-scatter-chart {
    height: 100%;
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    overflow: hidden auto;
  }
  li {
    position: relative;
  }
  .item {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0 8px;
  }
  .item > * {
    grid-column: 1 / -1;
    min-width: 0;
  }
  .item > .finding {
    grid-row: 1;
    grid-template-columns: subgrid;
  }
  .item > .folds {
    grid-area: 1 / 2;
    align-self: start;
    display: flex;
    padding: 22px 8px 0 0;
  }
  .fold {
    border: 0;
    padding: 0 2px;
    height: 18px;
    color: var(--rv-muted);
  }
  .reveal {
    padding-left: 20px;
    background: var(--rv-chosen);
    box-shadow: inset 3px 0 var(--rv-accent);
  }
  .under > .finding {
    padding-left: 36px;
  }
  .under > .pin {
    left: 15px;
  }
  .deep > .finding {
    padding-left: 50px;
  }
  .deep > .pin {
    left: 29px;
  }
  .compact > .finding {
    padding-block: 3px;
  }
  .compact > .folds {
    padding-top: 20px;
  }
  @container (max-width: 250px) {
    .compact :is(.count, .long) {
      display: none;
    }
    .compact .right {
      margin-left: auto;
    }
  }
  @media (max-height: 850px) {
    .compact > .finding > :is(.bar, .brief) {
      display: none;
    }
    .compact > .finding {
      padding-block: 2px;
      line-height: 1.25;
    }
    .compact > .folds {
      padding-top: 17px;
    }
  }
  .facet {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 2px;
  }
  .facet button {
    height: 20px;
    padding: 0 4px;
    font-size: 11px;
  }
  li > rv-state-panel {
    padding: 6px 8px;
  }
  p {
    margin: 0;
    padding: 8px;
    color: var(--rv-muted);
    font-size: 12px;
  }
  button.more {
    width: 100%;
    border: 0;
  }
  .pin {
    border: 0;
    width: 20px;
    height: 20px;
    padding: 0;
    color: var(--rv-muted);
  }
  .pin[aria-pressed='true'] {
    background: none;
    color: var(--rv-accent);
  }
  li > .pin {
    position: absolute;
    left: 1px;
    top: 3px;
    opacity: 0;
  }
  li:is(:hover, :focus-within) > .pin,
  li > .pin:is([aria-pressed='true'], :focus-visible) {
    opacity: 1;
  }
  @media (hover: none) {
    li > .pin {
      opacity: 1;
    }
  }
  .finding {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0 8px;
    width: 100%;
    height: auto;
    text-align: left;
    border: 0;
    border-radius: 0;
    padding: 5px 8px 5px 22px;
    line-height: 1.35;
    border-bottom: 1px solid var(--rv-line);
    font-size: 12px;
  }
  .finding[aria-pressed='true'] {
    font-weight: inherit;
    box-shadow: inset 3px 0 var(--rv-accent);
  }
  .hovered {
    background-color: var(--rv-hover);
  }
  .chance,
  .chance .unit {
    color: var(--rv-muted);
  }
  .chance .bar i {
    background: var(--rv-line);
  }
  .chance .spark path {
    stroke: var(--rv-muted);
  }
  .name {
    font-weight: 500;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .title {
    grid-column: 1 / -1;
    display: flex;
    gap: 6px;
    align-items: baseline;
    min-width: 0;
  }
  .where {
    color: var(--rv-muted);
    display: flex;
    gap: 4px;
    min-width: 0;
    grid-column: 1;
  }
  .path {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .word {
    flex: none;
    font-size: 11px;
    padding: 0 4px;
    border-radius: 3px;
    border: 1px solid var(--rv-line);
    line-height: 14px;
  }
  .word.memory {
    border-color: var(--rv-accent);
    font-weight: 500;
  }
  .word.echo {
    color: var(--rv-muted);
  }
  .count {
    margin-left: auto;
  }
  .unit {
    color: var(--rv-ink);
  }
  .finding:not(.chance) .where.first {
    color: var(--rv-ink);
  }
  .bar {
    display: block;
    position: relative;
    height: 4px;
    background: var(--rv-hover);
  }
  .finding > .bar {
    grid-column: 1 / -1;
    margin-top: 3px;
  }
  .bar i {
    display: block;
    height: 100%;
    background: var(--rv-bar);
  }
  .bar span {
    position: absolute;
    top: -2px;
    bottom: -2px;
    width: 1px;
    background: var(--rv-ink);
  }
  .bar .bound {
    opacity: 0.35;
  }
  [aria-pressed='true'] > .bar i {
    background: var(--rv-accent);
  }
  .right {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  .brief {
    grid-column: 1 / -1;
    display: flex;
    align-items: center;
    gap: 6px;
    margin-top: 1px;
  }
  .use {
    margin-left: auto;
  }
  .absent {
    color: var(--rv-muted);
    font-style: italic;
    grid-column: 1 / -1;
    white-space: normal;
  }
  .compared {
    grid-column: 1 / -1;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: 1px 6px;
    margin-top: 2px;
  }
  .compared .absent {
    grid-column: auto;
  }
  .compared > b,
  h4 {
    font-weight: 500;
  }
  .evidence:has(+ .card) {
    border-bottom: 0;
    padding-bottom: 0;
  }
  .card.evidence {
    padding-top: 0;
  }
  h4 {
    margin: 0;
    padding: 4px 11px 0;
    font-size: 12px;
    background: var(--rv-chosen);
  }
`;

/** Findings as a table. */
export const tableStyle = css`
  .scroller {
    overflow: auto;
  }
  table {
    border-collapse: separate;
    border-spacing: 0;
    width: 100%;
    font-size: 12px;
  }
  th,
  td {
    padding: 2px 6px;
    text-align: left;
    white-space: nowrap;
    border-bottom: 1px solid var(--rv-line);
    font-weight: inherit;
  }
  thead {
    position: sticky;
    top: 0;
    z-index: 2;
    background: var(--rv-page);
  }
  th {
    padding: 0;
  }
  th button {
    border: 0;
    border-radius: 0;
    width: 100%;
    text-align: inherit;
    font-weight: 500;
    padding: 0 6px;
  }
  .groups th {
    padding: 2px 6px;
    text-align: center;
    border-left: 1px solid var(--rv-line);
    font-weight: 500;
  }
  .way {
    display: inline-block;
    width: 10px;
    margin-right: -10px;
    text-align: right;
  }
  th:not(.number) .way {
    margin-right: 0;
  }
  th.number,
  td.number {
    text-align: right;
  }
  td.pin,
  th.pin {
    width: 20px;
    padding: 0 2px;
  }
  tbody tr:not(.open) {
    cursor: pointer;
  }
  tbody tr:not(.open):hover {
    background: var(--rv-hover);
  }
  tr.chosen td:first-child {
    box-shadow: inset 3px 0 var(--rv-accent);
  }
  tr.chosen td {
    background: var(--rv-chosen);
  }
  tr.pinned + tr:not(.pinned, .open) td {
    border-top: 1px solid var(--rv-muted);
  }
  .choose {
    border: 0;
    padding: 0 2px;
    height: 20px;
    font-weight: 500;
    max-width: 220px;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .choose[aria-pressed='true'] {
    background: none;
  }
  td.effect .bar {
    display: inline-block;
    width: 70px;
    height: 6px;
    margin-right: 8px;
    vertical-align: 1px;
    text-align: left;
  }
  td.effect > span:last-child {
    display: inline-block;
    min-width: 44px;
  }
  .label {
    display: inline-block;
    width: var(--remark);
    text-align: left;
    padding-left: 6px;
    color: var(--rv-muted);
  }
  th.remarked button {
    padding-right: calc(12px + var(--remark));
  }
  ul.below {
    flex: none;
    max-height: 45%;
    border-top: 1px solid var(--rv-line);
  }
  td.absent {
    white-space: normal;
  }
  @container (max-width: 1000px) {
    th button,
    td {
      padding-inline: 4px;
    }
    td.effect .bar {
      width: 36px;
      margin-right: 2px;
    }
    .wide-only .label {
      display: none;
    }
    tr:not(.open) > td:nth-child(-n + 4) {
      max-width: 90px;
      overflow: hidden;
      text-overflow: ellipsis;
    }
    th.wide-only button {
      padding-right: 4px;
    }
  }
  @container (max-width: 800px) {
    :is(th, td).minor {
      display: none;
    }
  }
  .open td {
    padding: 0;
    white-space: normal;
  }
  .opened {
    position: sticky;
    left: 0;
    width: 100cqi;
    max-width: 100cqi;
    box-sizing: border-box;
  }
`;
