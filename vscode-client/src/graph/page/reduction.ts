/** Which flows are drawn: a value that holds others needs what those need, and one arrow for each would hide all else. */
import type { Lineage } from '../../protocol';
import { groupBy } from './group';

type Flow = Lineage['flows'][number];

/** Reads that are written in the code: they are always drawn. */
const WRITTEN = new Set(['name', 'file', 'output']);

/**
 * Returns the flows without those that others imply: where a statement is reached along other flows, as certainly, the
 * flow straight to it is left out. What comes from what stays the same.
 */
export function drawnFlows(lineage: Lineage): Flow[] {
  const before = { must: new Map<number, Set<number>>(), any: new Map<number, Set<number>>() };
  const kept: Flow[] = [];
  const byReader = groupBy(lineage.flows, (flow) => flow.to);
  for (const { id } of lineage.statements) {
    const must = new Set<number>();
    const any = new Set<number>();
    const keep = (flow: Flow) => {
      kept.push(flow);
      reach(any, flow.from, before.any);
      if (flow.certainty === 'must') {
        reach(must, flow.from, before.must);
      }
    };
    const flows = byReader.get(id) ?? [];
    flows.filter((flow) => WRITTEN.has(flow.kind)).forEach(keep);
    // The nearest first: it is what implies the others.
    for (const flow of flows.filter((each) => !WRITTEN.has(each.kind)).toSorted((a, b) => b.from - a.from)) {
      if (!(flow.certainty === 'must' ? must : any).has(flow.from)) {
        keep(flow);
      }
    }
    before.must.set(id, must);
    before.any.set(id, any);
  }
  return kept;
}

function reach(reached: Set<number>, source: number, before: ReadonlyMap<number, ReadonlySet<number>>): void {
  reached.add(source);
  before.get(source)?.forEach((each) => reached.add(each));
}
