/** The graph that is drawn: cells, the values that they make and change, files, and what flows between those. */
import type { CellState, Lineage, Place, Status, VariableState } from '../../protocol';
import { groupBy } from './group';
import { drawnFlows } from './reduction';

export type Statement = Lineage['statements'][number];

/** What a cell does to a value; `uses` are statements that make none, `imports` are all imports of a cell. */
export type Deed = 'makes' | 'changes' | 'mayChange' | 'uses' | 'imports';

/** A value in a cell, or a statement that makes none. */
export interface ValueNode {
  readonly kind: 'value';
  readonly id: string;
  readonly cell: string;
  readonly names: readonly string[];
  readonly text: string;
  readonly does: Deed;
  readonly statements: readonly number[];
  readonly place: Place;
  /** What the value needs: statements, and whether that is certain. */
  readonly needs: ReadonlyMap<number, boolean>;
  /** Of the values that names hold at the end: the type where it is known, and how it compares with a restart. */
  readonly type: string | null;
  readonly state: VariableState | null;
  readonly reason: string;
}

export interface CellNode {
  readonly kind: 'cell';
  readonly id: string;
  readonly index: number;
  readonly label: string;
  readonly place: Place;
  readonly state: CellState | null;
  readonly reason: string;
  readonly values: readonly ValueNode[];
}

export interface FileNode {
  readonly kind: 'file';
  readonly id: string;
  readonly path: string;
  readonly place: Place;
  readonly writers: readonly number[];
  readonly readers: readonly number[];
}

export type Node = CellNode | ValueNode | FileNode;

/** A value or file, and one that is made from it. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly names: readonly string[];
  readonly certain: boolean;
  /** The pairs of statements of which it is made; a file has none. */
  readonly flows: readonly (readonly [number | null, number | null])[];
  /** Only imports flow along it: nearly every cell has some, so they are drawn where they are asked for. */
  readonly isImport: boolean;
}

export interface Graph {
  readonly cells: readonly CellNode[];
  readonly files: readonly FileNode[];
  readonly edges: readonly Edge[];
  /** All nodes, in the order of the notebook. */
  readonly nodes: ReadonlyMap<string, Node>;
  readonly lineage: Lineage;
}

/** Makes the graph of a notebook. */
export function graphOf(lineage: Lineage, status: Status | null): Graph {
  const cells = cellsOf(lineage, status);
  const files = filesOf(lineage);
  const nodes = new Map<string, Node>();
  for (const cell of cells) {
    nodes.set(cell.id, cell);
    cell.values.forEach((value) => nodes.set(value.id, value));
  }
  files.forEach((file) => nodes.set(file.id, file));
  const edges = edgesOf(lineage, cells.flatMap((cell) => cell.values));
  return { cells, files, edges, nodes, lineage };
}

/** Returns the variable of an expression such as `df['total']` or `model.weights`. */
export function rootOf(name: string): string {
  return /^[^.[(]*/.exec(name)?.[0] ?? name;
}

function cellsOf(lineage: Lineage, status: Status | null): CellNode[] {
  const states = new Map(status?.cells.map((each) => [each.cell, each]));
  const groups = groupBy(lineage.statements, (each) => each.cell);
  const isScript = groups.size > 1 && new Set(lineage.statements.map((each) => each.uri)).size === 1;
  const last = lastPlaces(lineage);
  return [...groups].map(([index, statements]) => {
    const [first] = statements as [Statement];
    const id = isScript ? `${first.uri}#${index}` : first.uri;
    const state = states.get(index);
    return {
      kind: 'cell',
      id,
      index,
      label: first.label,
      place: placeOf(first),
      state: state?.state ?? null,
      reason: state?.reason ?? '',
      values: valuesOf(id, statements).map((value) => atTheEnd(value, lineage, status, last)),
    };
  });
}

/** The values of a cell in the order in which they are made, each with all statements that make or change it. */
function valuesOf(cell: string, statements: readonly Statement[]): ValueNode[] {
  const found = new Map<string, { does: Deed; text: string; names: Set<string>; statements: Statement[] }>();
  const add = (key: string, does: Deed, text: string, names: readonly string[], statement: Statement) => {
    const before = found.get(key);
    if (before === undefined) {
      found.set(key, { does, text, names: new Set(names), statements: [statement] });
      return;
    }
    names.forEach((name) => before.names.add(name));
    before.statements.push(statement);
    before.does = before.does === 'mayChange' ? does : before.does;
  };
  for (const statement of statements) {
    const makes = new Set(statement.binds);
    const changes = new Map(statement.changes.map((each) => [rootOf(each.name), each.certainty]));
    if (isImport(statement)) {
      add('imports', 'imports', '', statement.binds, statement);
    } else if (makes.size + changes.size === 0) {
      add(`#${found.size}`, 'uses', firstLine(statement.source), [], statement);
    } else {
      makes.forEach((name) => add(`=${name}`, 'makes', name, [name], statement));
      changes.forEach((certainty, name) => {
        if (!makes.has(name)) {
          add(`=${name}`, certainty === 'must' ? 'changes' : 'mayChange', name, [name], statement);
        }
      });
    }
  }
  return [...found].map(([key, { does, text, names, statements: made }]) => ({
    kind: 'value',
    id: `${cell}|${key}`,
    cell,
    names: [...names],
    text: does === 'imports' ? `import ${[...names].join(', ')}` : text,
    does,
    statements: made.map((each) => each.id),
    place: placeOf(made[0] as Statement),
    needs: new Map(made.map((each) => [each.id, true])),
    type: null,
    state: null,
    reason: '',
  }));
}

/** The last statement of the graph that makes or changes each name. */
function lastPlaces(lineage: Lineage): Map<string, number> {
  const last = new Map<string, number>();
  for (const statement of lineage.statements) {
    for (const name of [...statement.binds, ...statement.changes.map((each) => rootOf(each.name))]) {
      last.set(name, statement.id);
    }
  }
  return last;
}

/** Adds what is known of a value where it is the one that its name holds at the end. */
function atTheEnd(node: ValueNode, lineage: Lineage, status: Status | null, last: Map<string, number>): ValueNode {
  const [name] = node.names;
  if (name === undefined || node.does === 'imports' || !node.statements.includes(last.get(name) ?? -1)) {
    return node;
  }
  const value = lineage.values.find((each) => each.name === name);
  const variable = status?.variables.find((each) => each.name === name);
  return {
    ...node,
    needs: value === undefined ? node.needs : new Map(value.made_by.map((each) => [each.statement, each.certainty === 'must'])),
    type: value?.type ?? null,
    state: variable?.state ?? null,
    reason: variable?.reason ?? '',
  };
}

function filesOf(lineage: Lineage): FileNode[] {
  const statements = new Map(lineage.statements.map((each) => [each.id, each]));
  return [...groupBy(lineage.files, (each) => each.path)].map(([path, uses]) => ({
    kind: 'file',
    id: `file|${path}`,
    path,
    place: placeOf(statements.get(uses[0]?.statement ?? -1) as Statement),
    writers: uses.filter((each) => each.direction === 'write').map((each) => each.statement),
    readers: uses.filter((each) => each.direction === 'read').map((each) => each.statement),
  }));
}

function edgesOf(lineage: Lineage, values: readonly ValueNode[]): Edge[] {
  const nodesOf = new Map<number, ValueNode[]>(lineage.statements.map((each) => [each.id, []]));
  values.forEach((node) => node.statements.forEach((id) => nodesOf.get(id)?.push(node)));
  const edges = new Map<string, { names: Set<string>; certain: boolean; isImport: boolean; flows: [number | null, number | null][] } & Pick<Edge, 'from' | 'to'>>();
  const add = (from: string, to: string, name: string, certain: boolean, isImportFlow: boolean, flow: [number | null, number | null]) => {
    if (from === to) {
      return;
    }
    const key = `${from}\n${to}`;
    const edge = edges.get(key) ?? { from, to, names: new Set(), certain: false, isImport: true, flows: [] };
    edges.set(key, edge);
    edge.names.add(name);
    edge.certain ||= certain;
    edge.isImport &&= isImportFlow;
    edge.flows.push(flow);
  };
  for (const flow of drawnFlows(lineage)) {
    const source = nodeThatHas(nodesOf.get(flow.from) ?? [], flow.name);
    for (const reader of source === undefined ? [] : (nodesOf.get(flow.to) ?? [])) {
      add(source?.id ?? '', reader.id, flow.name, flow.certainty === 'must', source?.does === 'imports', [flow.from, flow.to]);
    }
  }
  for (const { statement, path, direction } of lineage.files) {
    for (const node of nodesOf.get(statement) ?? []) {
      if (direction === 'read') {
        add(`file|${path}`, node.id, path, true, false, [null, statement]);
      } else {
        add(node.id, `file|${path}`, path, true, false, [statement, null]);
      }
    }
  }
  return [...edges.values()].map((edge) => ({ ...edge, names: [...edge.names] }));
}

/** Of what a statement makes, that which is read by this name; what has no name of its own comes with the first. */
function nodeThatHas(nodes: readonly ValueNode[], name: string): ValueNode | undefined {
  return nodes.find((each) => each.names.includes(rootOf(name))) ?? nodes[0];
}

function isImport(statement: Statement): boolean {
  return /^(?:import|from)\s/.test(statement.source);
}

function placeOf({ uri, range, label }: Statement): Place {
  return { uri, range, label };
}

function firstLine(source: string): string {
  const [line = ''] = source.split('\n');
  return line === source ? line : `${line} …`;
}
