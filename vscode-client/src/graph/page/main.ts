/** The page of the graph panel: keeps what is selected and shown, draws it, and tells the extension what is asked for. */
import type { FromPage, PageState, ToPage, Words } from '../messages';
import { documentOf, drawingOf } from './drawing';
import { DRAWING_STYLE, resolvedStyle } from './drawingStyle';
import { GraphView } from './graphView';
import { mermaidOf } from './mermaid';
import { neighbour, stepOf } from './navigation';
import { frameOf, partsOf, type Parts } from './frame';
import { Viewport } from './viewport';
import { filled, nameOf, summaryOfSlice } from './wording';

interface Host {
  postMessage(message: FromPage): void;
  getState(): PageState | undefined;
  setState(state: PageState): void;
}

declare function acquireVsCodeApi(): Host;

class Page {
  private readonly view: GraphView;
  private readonly viewport: Viewport;
  private isOpen = false;

  constructor(
    private readonly host: Host,
    private readonly words: Words,
    private readonly parts: Parts,
    private readonly notebook: string,
  ) {
    this.view = new GraphView(words, host.getState());
    this.viewport = new Viewport(parts.svg, parts.content, (zoom) => {
      parts.zoom.textContent = `${Math.round(zoom * 100)} %`;
    });
    this.listen();
  }

  /** Takes a message of the extension. */
  receive(message: ToPage): void {
    switch (message.kind) {
      case 'graph':
        this.parts.message.textContent = '';
        this.change(() => this.view.become(message.lineage, message.status));
        break;
      case 'nothing':
        this.parts.message.textContent = message.why;
        break;
      case 'select':
        this.parts.find.value = '';
        this.view.search('');
        this.change(() => this.view.ask(message.value));
        this.viewport.open(this.view.size, this.view.boxOfSelected);
        break;
      case 'export':
        this.host.postMessage({ kind: 'exported', form: message.form, text: this.exported(message.form) });
        break;
    }
  }

  /** Changes what is shown, and draws it; what is selected stays where it is seen. */
  private change(act: () => void): void {
    const { view, viewport, host } = this;
    const before = view.boxOfSelected;
    act();
    view.layOut();
    this.draw();
    if (!this.isOpen && view.graph !== undefined) {
      this.isOpen = true;
      viewport.open(view.size, view.boxOfSelected ?? view.firstBox);
    } else {
      viewport.changeTo(view.size, before, view.boxOfSelected);
    }
    host.setState({ notebook: this.notebook, ...view.state });
  }

  private search(query: string): void {
    this.view.search(query);
    this.draw();
  }

  private draw(): void {
    const { view, parts, words } = this;
    if (view.graph === undefined || view.layout === undefined) {
      return;
    }
    const hadFocus = parts.svg.contains(document.activeElement);
    parts.content.innerHTML = drawingOf(view.graph, view.layout, view.marks, words);
    parts.values.checked = view.showsValues;
    parts.onlySlice.checked = view.onlySlice;
    parts.onlySlice.disabled = view.slice === undefined;
    const { slice } = view;
    parts.status.textContent = view.query !== '' ? this.found() : slice === undefined ? '' : summaryOfSlice(slice, view.graph, words);
    if (hadFocus) {
      this.elementOf(view.focus)?.focus({ preventScroll: true });
    }
  }

  private found(): string {
    const count = this.view.matches?.length ?? 0;
    return count === 0 ? this.words.nothingFound : filled(this.words.found, count);
  }

  private listen(): void {
    const { svg, find, values, onlySlice, buttons } = this.parts;
    svg.addEventListener('click', (event) => this.click(event));
    svg.addEventListener('dblclick', (event) => this.reveal(idOf(event.target), true));
    svg.addEventListener('keydown', (event) => this.key(event));
    svg.addEventListener('focusin', (event) => this.focused(idOf(event.target)));
    find.addEventListener('input', () => this.search(find.value));
    find.addEventListener('keydown', (event) => this.keyInFind(event));
    values.addEventListener('change', () => this.change(() => this.view.showValues(values.checked)));
    onlySlice.addEventListener('change', () => {
      this.change(() => this.view.showOnlySlice(onlySlice.checked));
      this.viewport.open(this.view.size, this.view.boxOfSelected);
    });
    buttons.zoomIn.addEventListener('click', () => this.viewport.zoomBy(1.25));
    buttons.zoomOut.addEventListener('click', () => this.viewport.zoomBy(0.8));
    buttons.zoomReset.addEventListener('click', () => this.viewport.zoomReset());
    buttons.fit.addEventListener('click', () => this.viewport.fit(this.view.size));
    buttons.export.addEventListener('click', () => this.host.postMessage({ kind: 'export' }));
  }

  private click(event: MouseEvent): void {
    const toggled = event.target instanceof Element ? event.target.closest('[data-toggle]')?.getAttribute('data-toggle') : null;
    if (typeof toggled === 'string') {
      this.change(() => this.view.toggle(toggled));
      return;
    }
    const id = idOf(event.target);
    if (id !== undefined) {
      this.select(id);
      this.reveal(id, false);
    }
  }

  private select(id: string | undefined): void {
    this.parts.find.value = '';
    this.view.search('');
    this.change(() => this.view.select(id));
    this.elementOf(this.view.focus)?.focus({ preventScroll: true });
    if (id === undefined) {
      this.parts.status.textContent = this.words.deselected;
    }
  }

  private reveal(id: string | undefined, focus: boolean): void {
    const place = this.view.graph?.nodes.get(id ?? '')?.place;
    if (place !== undefined) {
      this.host.postMessage({ kind: 'reveal', place, focus });
    }
  }

  private key(event: KeyboardEvent): void {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && this.act(event.key, idOf(event.target))) {
      event.preventDefault();
    }
  }

  /** Does what a key says on a node; returns whether it says anything. */
  private act(key: string, id: string | undefined): boolean {
    const step = stepOf(key);
    if (step !== undefined) {
      this.go(id, step);
      return true;
    }
    const acts: Record<string, () => void> = {
      'Enter': () => this.reveal(id, true),
      ' ': () => this.select(id),
      'e': () => this.change(() => this.view.toggle(this.view.cellOf(id))),
      'Escape': () => this.select(undefined),
      '+': () => this.viewport.zoomBy(1.25),
      '=': () => this.viewport.zoomBy(1.25),
      '-': () => this.viewport.zoomBy(0.8),
      '0': () => this.viewport.zoomReset(),
      '/': () => this.parts.find.focus(),
    };
    acts[key]?.();
    return key in acts;
  }

  private go(id: string | undefined, step: NonNullable<ReturnType<typeof stepOf>>): void {
    const { graph, layout } = this.view;
    const next = graph === undefined || layout === undefined || id === undefined ? undefined : neighbour(graph, layout, id, step);
    this.elementOf(next)?.focus({ preventScroll: true });
  }

  /** One node is in the order of tabs: the one that had the focus last. */
  private focused(id: string | undefined): void {
    if (id !== undefined) {
      this.elementOf(this.view.focus)?.setAttribute('tabindex', '-1');
      this.view.focus = id;
      this.elementOf(id)?.setAttribute('tabindex', '0');
      this.viewport.show(this.view.layout?.boxes.get(id));
    }
  }

  private keyInFind(event: KeyboardEvent): void {
    const { find } = this.parts;
    if (event.key === 'Enter') {
      const next = this.view.nextFound();
      this.viewport.centre(this.view.boxOf(next));
      this.parts.status.textContent = next === undefined ? this.words.nothingFound : `${this.found()}: ${nameOf(next, this.view.graph)}`;
    } else if (event.key === 'Escape') {
      find.value = '';
      this.search('');
      this.elementOf(this.view.focus)?.focus({ preventScroll: true });
    } else if (event.key === 'ArrowDown') {
      this.elementOf(this.view.focus)?.focus({ preventScroll: true });
    } else {
      return;
    }
    event.preventDefault();
  }

  private elementOf(id: string | undefined): SVGElement | undefined {
    return id === undefined ? undefined : (this.parts.content.querySelector<SVGElement>(`[data-id="${CSS.escape(id)}"]`) ?? undefined);
  }

  private exported(form: 'svg' | 'mermaid'): string {
    const { view, words } = this;
    const { graph, layout } = view;
    if (graph === undefined || layout === undefined) {
      return '';
    }
    if (form === 'mermaid') {
      return mermaidOf(graph, view.slice, view.isShown, view.drawsImport);
    }
    const colours = getComputedStyle(document.documentElement);
    const style = resolvedStyle((variable) => colours.getPropertyValue(variable));
    return documentOf(drawingOf(graph, layout, { ...view.marks, found: undefined }, words), layout, style, document.title);
  }
}

function idOf(target: EventTarget | null): string | undefined {
  return (target instanceof Element ? target.closest('[data-id]')?.getAttribute('data-id') : undefined) ?? undefined;
}

function start(): void {
  const host = acquireVsCodeApi();
  const { words: table = '{}', notebook = '' } = document.body.dataset;
  const words = JSON.parse(table) as Words;
  const style = new CSSStyleSheet();
  style.replaceSync(DRAWING_STYLE);
  document.adoptedStyleSheets = [style];
  document.body.innerHTML = frameOf(words);
  const page = new Page(host, words, partsOf(document), notebook);
  window.addEventListener('message', (event: MessageEvent<ToPage>) => page.receive(event.data));
  host.postMessage({ kind: 'ready' });
}

start();
