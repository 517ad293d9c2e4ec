/** Lines of arrows. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** How close a line comes to a box that it goes around. */
const ROOM = 6;
/** How far from a box a line goes down beside it. */
const LANE = 14;

/** Returns as few points of a route as lead past the boxes. */
export function pulled(route: readonly Point[], boxes: readonly Box[]): Point[] {
  const kept: Point[] = [];
  for (let index = 0; index < route.length; ) {
    const from = route[index] as Point;
    kept.push(from);
    let next = route.length - 1;
    while (next > index + 1 && !isClear(from, route[next] as Point, boxes)) {
      next -= 1;
    }
    index = next > index ? next : index + 1;
  }
  return kept;
}

/** Returns a route past the boxes with one vertical part, the shortest there is; straight where there is none. */
export function detour(from: Point, to: Point, boxes: readonly Box[]): Point[] {
  const direct = [from, to];
  if (isClear(from, to, boxes)) {
    return direct;
  }
  const length = (x: number) => Math.abs(x - from.x) + Math.abs(x - to.x);
  const lanes = boxes.flatMap((box) => [box.x - LANE, box.x + box.width + LANE]).toSorted((a, b) => length(a) - length(b));
  const routes = lanes.map((x) => [from, { x, y: from.y + 2 * LANE }, { x, y: to.y - 2 * LANE }, to]);
  return routes.find((route) => route.slice(1).every((point, index) => isClear(route[index] as Point, point, boxes))) ?? direct;
}

/** Whether the line between two points goes through none of the boxes. */
function isClear(from: Point, to: Point, boxes: readonly Box[]): boolean {
  const [left, right] = [Math.min(from.x, to.x) - ROOM, Math.max(from.x, to.x) + ROOM];
  const near = boxes.filter(
    (box) => box.x < right && box.x + box.width > left && box.y < to.y + ROOM && box.y + box.height > from.y - ROOM,
  );
  const [high, low] = middles(from, to);
  const steps = near.length === 0 ? 0 : Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 12);
  for (let step = 1; step < steps; step++) {
    const t = step / steps;
    const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3];
    const x = (a + b) * from.x + (c + d) * to.x;
    const y = a * from.y + b * high + c * low + d * to.y;
    if (near.some((box) => x > box.x - ROOM && x < box.x + box.width + ROOM && y > box.y - ROOM && y < box.y + box.height + ROOM)) {
      return false;
    }
  }
  return true;
}

/** Returns a line through the points that is vertical at each; with `sag` one that hangs below its two ends. */
export function curve(points: readonly Point[], sag?: number): string {
  const [first, ...others] = points;
  if (first === undefined) {
    return '';
  }
  let path = `M${at(first)}`;
  let before = first;
  for (const point of others) {
    const [high, low] = sag === undefined ? middles(before, point) : [before.y + sag, point.y + sag];
    path += before.x === point.x && sag === undefined ? `V${round(point.y)}` : `C${at({ x: before.x, y: high })} ${at({ x: point.x, y: low })} ${at(point)}`;
    before = point;
  }
  return path;
}

/** Returns the head of an arrow at its end. */
export function arrowHead({ x, y }: Point, isUp: boolean): string {
  const back = isUp ? 7 : -7;
  return `M${at({ x: x - 4, y: y + back })}L${at({ x, y })}L${at({ x: x + 4, y: y + back })}Z`;
}

/** How long a line leaves and comes vertically: long lines do not bend over all of their length. */
function middles(from: Point, to: Point): [number, number] {
  const bend = Math.max(16, Math.abs(to.y - from.y) / 2);
  return [from.y + bend, to.y - bend];
}

function at({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
