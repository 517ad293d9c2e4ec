import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graphOf } from '../../src/graph/page/model';
import { drawnFlows } from '../../src/graph/page/reduction';
import { roleOf, sideOf, sliceOf, valueAt } from '../../src/graph/page/slice';
import { graph, lineageOf, nodeOf, PRICES } from './notebook';

test('cells have the values that they make and change, statements that make none, and their imports as one', () => {
  const cells = graph(PRICES).cells.map((cell) => cell.values.map((value) => [value.text, value.does]));
  assert.deepEqual(cells, [
    [['import st', 'imports']],
    [['prices', 'makes'], ['rate', 'makes']],
    [['print(len(prices))', 'uses']],
    [['gross', 'makes']],
    [['gross', 'mayChange']],
    [['mean', 'makes'], ['open("out.txt", "w").write(mean)', 'uses']],
  ]);
});

test('a value that a cell makes and then changes is one', () => {
  const made = graph([[
    { source: 'df = read()', binds: ['df'] },
    { source: 'df["a"] = 1', changes: ["df['a']"], reads: [[0, 'df']] },
  ]]);
  assert.deepEqual(made.cells[0]?.values.map((value) => [value.text, value.does, value.statements]), [['df', 'makes', [0, 1]]]);
  assert.deepEqual(made.edges, []);
});

test('arrows go from value to value and to files, and say what is certain', () => {
  const made = graph(PRICES);
  const name = (id: string) => {
    const node = made.nodes.get(id);
    return node?.kind === 'value' ? node.text : node?.kind === 'file' ? node.path : undefined;
  };
  const edges = made.edges.map((edge) => `${name(edge.from)} ${edge.certain ? '-' : '?'} ${name(edge.to)}${edge.isImport ? ' import' : ''}`);
  assert.deepEqual(edges.toSorted(), [
    'gross - gross',
    'gross - mean',
    'gross ? mean',
    'import st - mean import',
    'mean - open("out.txt", "w").write(mean)',
    'open("out.txt", "w").write(mean) - out.txt',
    'prices - gross',
    'prices - print(len(prices))',
    'rate - gross',
  ]);
});

test('the last value of a name has its state and type, the ones before have none', () => {
  const lineage = { ...lineageOf([[{ source: 'a = 1', binds: ['a'] }], [{ source: 'a = 2', binds: ['a'] }]]), values: [{ name: 'a', type: 'int', made_by: [{ statement: 1, certainty: 'must' as const }] }] };
  const status = {
    notebook: '',
    revision: 1,
    variables: [{ name: 'a', state: 'differs' as const, reason: 'why' }],
    cells: [{ cell: 1, uri: 'cell:1', state: 'outdated' as const, reason: 'because' }],
    run_uris: [],
    restart: false,
    notes: [],
  };
  const made = graphOf(lineage, status);
  assert.deepEqual(made.cells.map((cell) => [cell.state, cell.reason]), [[null, ''], ['outdated', 'because']]);
  assert.deepEqual(made.cells.flatMap((cell) => cell.values).map((value) => [value.type, value.state]), [[null, null], ['int', 'differs']]);
});

test('a slice has what a value needs, certain or possible, and what is made of it', () => {
  const made = graph(PRICES);
  const slice = sliceOf(made, nodeOf(made, 5, 'mean'));
  const roles = [...made.nodes.values()].filter((node) => node.kind !== 'cell').map((node) => [node.kind === 'file' ? node.path : node.text, roleOf(node, slice)]);
  assert.deepEqual(roles, [
    ['import st', 'from'],
    ['prices', 'from'],
    ['rate', 'from'],
    ['print(len(prices))', undefined],
    ['gross', 'from'],
    ['gross', 'mayFrom'],
    ['mean', 'selected'],
    ['open("out.txt", "w").write(mean)', 'to'],
    ['out.txt', 'to'],
  ]);
  assert.deepEqual([...slice.sources.keys()].toSorted((a, b) => a - b), [0, 1, 2, 4, 5, 6]);
});

test('arrows are on the side of what a value comes from, or goes to, or on none', () => {
  const made = graph(PRICES);
  const slice = sliceOf(made, nodeOf(made, 3, 'gross'));
  const sides = made.edges.map((edge) => [edge.names[0], sideOf(edge, slice)]);
  assert.deepEqual(sides.filter(([, side]) => side === 'from'), [['prices', 'from'], ['rate', 'from']]);
  assert.ok(sides.some(([name, side]) => name === 'mean' && side === 'to'));
  assert.ok(sides.some(([name, side]) => name === 'prices' && side === undefined));
});

test('a name at a caret is the value that is made there, read there, or is there at the end', () => {
  const made = graph(PRICES);
  const cellOf = (at: { uri: string; line: number } | null) => {
    const node = valueAt(made, 'gross', at);
    return node?.kind === 'value' ? node.cell : undefined;
  };
  assert.equal(cellOf({ uri: 'cell:3', line: 0 }), 'cell:3');
  assert.equal(cellOf({ uri: 'cell:4', line: 0 }), 'cell:4');
  assert.equal(cellOf({ uri: 'cell:5', line: 0 }), 'cell:4');
  assert.equal(cellOf(null), 'cell:4');
  assert.equal(valueAt(made, 'nothing', null), undefined);
});

test('what other flows imply is not drawn, as long as it is as certain', () => {
  const flow = (from: number, to: number, kind: string, certainty: 'must' | 'may') => ({ from, to, kind, name: 'x', certainty, why: '' });
  const base = lineageOf([[0, 1, 2, 3].map((each) => ({ source: `x${each} = 0`, binds: [`x${each}`] }))]);
  const drawn = (...flows: ReturnType<typeof flow>[]) => drawnFlows({ ...base, flows }).map((each) => `${each.from}${each.to}`).toSorted();
  const chain = [flow(0, 1, 'name', 'must'), flow(1, 2, 'name', 'must'), flow(2, 3, 'object', 'may')];
  assert.deepEqual(drawn(...chain, flow(0, 2, 'object', 'must')), ['01', '12', '23'], 'implied');
  assert.deepEqual(drawn(...chain, flow(0, 2, 'name', 'must')), ['01', '02', '12', '23'], 'written in the code');
  assert.deepEqual(drawn(...chain, flow(0, 3, 'object', 'may')), ['01', '12', '23'], 'possible, and implied by what is possible');
  assert.deepEqual(drawn(...chain, flow(0, 3, 'object', 'must')), ['01', '03', '12', '23'], 'more certain than the way around');
});

test('cells of a script, which are in one document, are told apart', () => {
  const lineage = lineageOf([[{ source: 'a = 1', binds: ['a'] }], [{ source: 'b = a', binds: ['b'], reads: [[0, 'a']] }]]);
  const script = { ...lineage, statements: lineage.statements.map((each) => ({ ...each, uri: 'file:///script.py' })) };
  assert.equal(graphOf(script, null).cells.length, 2);
  assert.equal(graphOf(script, null).nodes.size, 4);
});
