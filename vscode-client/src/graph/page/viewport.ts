/** The part of the drawing that is to be seen: moved by dragging and scrolling, and made larger or smaller. */
import type { Box } from './paths';

const [SMALLEST, LARGEST] = [0.03, 3];
/** Texts below this zoom are hard to read: what does not fit is moved instead of being made smaller. */
const READABLE = 0.8;
/** How close a node that is come to is to the edge of the view. */
const EDGE = 12;

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Transform {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** Shows the group `content` of an `svg` element. */
export class Viewport {
  private transform: Transform = { x: 0, y: 0, zoom: 1 };
  /** Shows all of a drawing again as it was shown; undefined when the user has moved it since. */
  private showAll: ((size: Size, box: Box | undefined) => void) | undefined;
  private shown: { readonly size: Size; readonly box: Box | undefined } = { size: { width: 1, height: 1 }, box: undefined };

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly content: SVGGElement,
    private readonly changed: (zoom: number) => void,
  ) {
    svg.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    svg.addEventListener('pointerdown', (event) => this.drag(event));
    new ResizeObserver(() => this.showAll?.(this.shown.size, this.shown.box)).observe(svg);
  }

  /** Makes the drawing larger or smaller around the middle. */
  zoomBy(factor: number): void {
    const { width, height } = this.svg.getBoundingClientRect();
    this.zoomAround(width / 2, height / 2, this.transform.zoom * factor);
  }

  /** Shows the drawing in its own size. */
  zoomReset(): void {
    this.zoomBy(1 / this.transform.zoom);
  }

  /** The drawing became another: where all of it was to be seen it is again, else a box stays where it is seen. */
  changeTo(size: Size, before: Box | undefined, after: Box | undefined): void {
    if (this.showAll === undefined) {
      this.keep(before, after);
    } else {
      this.showAll(size, after);
    }
  }

  /** Shows all of the drawing. */
  fit(size: Size): void {
    const { width, height } = this.svg.getBoundingClientRect();
    const zoom = bounded(Math.min(1, width / size.width, height / size.height));
    this.become({ x: Math.max(0, (width - size.width * zoom) / 2), y: 0, zoom });
    this.showAll = (other) => this.fit(other);
    this.shown = { size, box: undefined };
  }

  /** Shows all where that is readable, else the part around a box. */
  open(size: Size, box: Box | undefined): void {
    this.fit(size);
    if (this.transform.zoom < READABLE) {
      this.become({ x: 0, y: 0, zoom: READABLE });
      this.centre(box);
      this.keepWithin(size);
      return;
    }
    this.showAll = (other, part) => this.open(other, part);
    this.shown = { size, box };
  }

  /** Moves a box into the middle. */
  centre(box: Box | undefined): void {
    if (box !== undefined) {
      const { width, height } = this.svg.getBoundingClientRect();
      const { zoom } = this.transform;
      this.become({ zoom, x: width / 2 - (box.x + box.width / 2) * zoom, y: height / 2 - (box.y + box.height / 2) * zoom });
    }
  }

  /** Moves the drawing no more than is needed for a box to be seen. */
  show(box: Box | undefined): void {
    if (box === undefined) {
      return;
    }
    const { width, height } = this.svg.getBoundingClientRect();
    const { x, y, zoom } = this.transform;
    const within = (from: number, to: number, limit: number) => (from < EDGE ? EDGE - from : to > limit - EDGE ? limit - EDGE - to : 0);
    const dx = within(x + box.x * zoom, x + (box.x + box.width) * zoom, width);
    const dy = within(y + box.y * zoom, y + (box.y + box.height) * zoom, height);
    if (dx !== 0 || dy !== 0) {
      this.become({ zoom, x: x + dx, y: y + dy });
    }
  }

  private keep(before: Box | undefined, after: Box | undefined): void {
    if (before !== undefined && after !== undefined) {
      const { x, y, zoom } = this.transform;
      this.become({ zoom, x: x + (before.x - after.x) * zoom, y: y + (before.y - after.y) * zoom });
    }
  }

  /** Leaves no empty room beside a drawing that fills the view. */
  private keepWithin(size: Size): void {
    const { width, height } = this.svg.getBoundingClientRect();
    const { x, y, zoom } = this.transform;
    const within = (at: number, room: number, length: number) => (length < room ? (room - length) / 2 : Math.min(0, Math.max(room - length, at)));
    this.become({ zoom, x: within(x, width, size.width * zoom), y: Math.min(0, within(y, height, size.height * zoom)) });
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const { left, top } = this.svg.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) {
      this.zoomAround(event.clientX - left, event.clientY - top, this.transform.zoom * Math.exp(-event.deltaY / 250));
      return;
    }
    const { x, y, zoom } = this.transform;
    const [dx, dy] = event.shiftKey ? [event.deltaY, event.deltaX] : [event.deltaX, event.deltaY];
    this.become({ x: x - dx, y: y - dy, zoom });
  }

  /** The pointer is captured when it moves, so that a click stays a click of what is under it. */
  private drag(down: PointerEvent): void {
    if (down.button !== 0) {
      return;
    }
    const start = this.transform;
    const move = (event: PointerEvent) => {
      const [dx, dy] = [event.clientX - down.clientX, event.clientY - down.clientY];
      if (Math.hypot(dx, dy) > 4 || this.svg.hasPointerCapture(down.pointerId)) {
        this.svg.setPointerCapture(down.pointerId);
        this.become({ ...start, x: start.x + dx, y: start.y + dy });
      }
    };
    const end = () => {
      this.svg.removeEventListener('pointermove', move);
      this.svg.removeEventListener('pointerup', end);
      this.svg.removeEventListener('pointercancel', end);
    };
    this.svg.addEventListener('pointermove', move);
    this.svg.addEventListener('pointerup', end);
    this.svg.addEventListener('pointercancel', end);
  }

  private zoomAround(x: number, y: number, wanted: number): void {
    const { transform } = this;
    const zoom = bounded(wanted);
    const ratio = zoom / transform.zoom;
    this.become({ zoom, x: x - (x - transform.x) * ratio, y: y - (y - transform.y) * ratio });
  }

  private become(transform: Transform): void {
    this.transform = transform;
    this.showAll = undefined;
    const { x, y, zoom } = transform;
    this.content.setAttribute('transform', `translate(${x},${y}) scale(${zoom})`);
    this.changed(zoom);
  }
}

function bounded(zoom: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, zoom));
}
