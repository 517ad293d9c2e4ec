/** What is around the drawing: the tools above it, and below it the legend and what is said of the selection. */
import type { Words } from '../messages';
import { escaped } from './drawing';

/** The elements of the page that are used. */
export interface Parts {
  readonly svg: SVGSVGElement;
  readonly content: SVGGElement;
  readonly find: HTMLInputElement;
  readonly values: HTMLInputElement;
  readonly onlySlice: HTMLInputElement;
  readonly zoom: HTMLElement;
  readonly status: HTMLElement;
  readonly message: HTMLElement;
  readonly buttons: Readonly<Record<'zoomIn' | 'zoomOut' | 'zoomReset' | 'fit' | 'export', HTMLElement>>;
}

/** Returns the content of the page. */
export function frameOf(words: Words): string {
  const said = (word: keyof Words) => escaped(words[word]);
  const button = (word: keyof Words, text: string) =>
    `<button type="button" id="${word}" title="${said(word)}" aria-label="${said(word)}">${text}</button>`;
  const sample = (classes: string) =>
    `<svg class="drawing sample" width="30" height="12" aria-hidden="true"><g class="edge ${classes}"><path class="line" d="M1,6H22"/><path class="head" d="M22,2L29,6L22,10Z"/></g></svg>`;
  const bar = (role: string, x: number) =>
    `<svg class="drawing sample" width="24" height="14" aria-hidden="true"><g class="value ${role}"><rect class="chip" x="3" y="2" width="18" height="10" rx="5"/><rect class="bar" x="${x}" y="3" width="5" height="8" rx="2"/></g></svg>`;
  return `
<header role="toolbar" aria-label="${said('graph')}">
  <input type="search" id="find" placeholder="${said('find')}" aria-label="${said('find')}" spellcheck="false">
  <label><input type="checkbox" id="values"> ${said('values')}</label>
  <label><input type="checkbox" id="onlySlice" disabled> ${said('onlySlice')}</label>
  <span class="zoom">${button('zoomOut', '−')}<button type="button" id="zoomReset" title="${said('zoomReset')}"></button>${button('zoomIn', '+')}</span>
  ${button('fit', said('fit'))}
  ${button('export', said('export'))}
</header>
<main>
  <svg id="graph" class="drawing" role="application" aria-label="${said('graph')}" aria-describedby="keys"><g id="content"></g></svg>
  <p id="message" role="alert"></p>
  <p id="keys" hidden>${said('keys')}</p>
</main>
<footer>
  <span class="legend">${sample('must')}${said('certain')} ${sample('may')}${said('possible')} ${bar('from', 0)}${said('comesFrom')} ${bar('to', 19)}${said('goesTo')}</span>
  <output id="status" role="status" aria-live="polite"></output>
</footer>`;
}

/** Returns the elements of a page with that content. */
export function partsOf(document: Document): Parts {
  return {
    svg: element(document, 'graph', SVGSVGElement),
    content: element(document, 'content', SVGGElement),
    find: element(document, 'find', HTMLInputElement),
    values: element(document, 'values', HTMLInputElement),
    onlySlice: element(document, 'onlySlice', HTMLInputElement),
    zoom: element(document, 'zoomReset', HTMLElement),
    status: element(document, 'status', HTMLElement),
    message: element(document, 'message', HTMLElement),
    buttons: {
      zoomIn: element(document, 'zoomIn', HTMLElement),
      zoomOut: element(document, 'zoomOut', HTMLElement),
      zoomReset: element(document, 'zoomReset', HTMLElement),
      fit: element(document, 'fit', HTMLElement),
      export: element(document, 'export', HTMLElement),
    },
  };
}

function element<T extends Element>(document: Document, id: string, type: new () => T): T {
  const found = document.querySelector(`#${id}`);
  if (!(found instanceof type)) {
    throw new Error(`the page has no ${id}`);
  }
  return found;
}
