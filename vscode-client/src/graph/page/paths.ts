/** Lines of arrows. */

export interface Point {
  readonly x: number;
  readonly y: number;
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
