/** Graphs of notebooks that are written as a test needs them. */
import type { Words } from '../../src/graph/messages';
import { graphOf, type Graph, type Node } from '../../src/graph/page/model';
import type { Lineage, Status } from '../../src/protocol';

/** A statement: its source, what it binds and changes, and what it reads: `[statement, name]` with `?` after a name that it may read. */
export interface Written {
  readonly source: string;
  readonly binds?: readonly string[];
  readonly changes?: readonly string[];
  readonly reads?: readonly (readonly [number, string])[];
  readonly files?: readonly { readonly path: string; readonly direction: 'read' | 'write' }[];
}

/** Returns the lineage of a notebook with these cells, as the server answers. */
export function lineageOf(cells: readonly (readonly Written[])[]): Lineage {
  const all = cells.flatMap((cell, index) => cell.map((statement, line) => ({ ...statement, index, line })));
  const statements = all.map((each, id) => ({
    id,
    role: null,
    cell: each.index,
    source: each.source,
    uri: `cell:${each.index}`,
    label: `[${each.index + 1}]`,
    range: { start: { line: each.line, character: 0 }, end: { line: each.line, character: each.source.length } },
    binds: each.binds ?? [],
    changes: (each.changes ?? []).map((name) => ({ name: bare(name), certainty: certaintyOf(name), why: '' })),
  }));
  const names = new Set(statements.flatMap((each) => each.binds));
  return {
    name: null,
    type: null,
    statements,
    flows: all.flatMap((each, to) =>
      (each.reads ?? []).map(([from, name]) => ({
        from,
        to,
        kind: statements[from]?.binds.includes(bare(name)) === true ? 'name' : 'object',
        name: bare(name),
        certainty: certaintyOf(name),
        why: '',
      })),
    ),
    files: all.flatMap((each, statement) => (each.files ?? []).map((file) => ({ statement, ...file }))),
    values: [...names].map((name) => ({
      name,
      type: null,
      made_by: statements
        .filter((each) => each.binds.includes(name) || each.changes.some((change) => change.name === name))
        .map((each) => ({ statement: each.id, certainty: 'must' as const })),
    })),
  };
}

/** Returns the graph of such a notebook. */
export function graph(cells: readonly (readonly Written[])[], status: Status | null = null): Graph {
  return graphOf(lineageOf(cells), status);
}

/** Returns the node of a cell with that text. */
export function nodeOf(of: Graph, cell: number, text: string): Node {
  const found = of.cells.find((each) => each.index === cell)?.values.find((value) => value.text === text);
  if (found === undefined) {
    throw new Error(`cell ${cell} has no ${text}`);
  }
  return found;
}

/** Prices, what is made of them, and things apart: what several tests look at. */
export const PRICES: readonly (readonly Written[])[] = [
  [{ source: 'import statistics as st', binds: ['st'] }],
  [
    { source: 'prices = [1]', binds: ['prices'] },
    { source: 'rate = 2', binds: ['rate'] },
  ],
  [{ source: 'print(len(prices))', reads: [[1, 'prices']] }],
  [{ source: 'gross = [p * rate for p in prices]', binds: ['gross'], reads: [[1, 'prices'], [2, 'rate']] }],
  [{ source: 'clean(gross)', changes: ['gross?'], reads: [[4, 'gross']] }],
  [
    { source: 'mean = st.mean(gross)', binds: ['mean'], reads: [[0, 'st'], [4, 'gross'], [5, 'gross?']] },
    { source: 'open("out.txt", "w").write(mean)', reads: [[6, 'mean']], files: [{ path: 'out.txt', direction: 'write' }] },
  ],
];

/** Words that are easy to find again. */
export const WORDS = new Proxy({}, { get: (_, name: string) => `${name} {0} {1}`.trim() }) as Words;

function bare(name: string): string {
  return name.replace(/\?$/, '');
}

function certaintyOf(name: string): 'must' | 'may' {
  return name.endsWith('?') ? 'may' : 'must';
}
