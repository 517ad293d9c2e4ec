import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentOf, drawingOf } from '../../src/graph/page/drawing';
import { DRAWING_STYLE, resolvedStyle } from '../../src/graph/page/drawingStyle';
import { layoutOf, type Layout, type LayoutOptions } from '../../src/graph/page/layout';
import { mermaidOf, mermaidText } from '../../src/graph/page/mermaid';
import type { Graph } from '../../src/graph/page/model';
import { neighbour } from '../../src/graph/page/navigation';
import { detour, pulled } from '../../src/graph/page/paths';
import { sliceOf } from '../../src/graph/page/slice';
import { badgeOf } from '../../src/graph/page/wording';
import { graph, nodeOf, PRICES, WORDS, type Written } from './notebook';

const ALL: LayoutOptions = {
  isShown: () => true,
  isExpanded: () => true,
  drawsImport: () => false,
  badgeOf: (node) => badgeOf(node, WORDS),
};

function layout(of: Graph, options: Partial<LayoutOptions> = {}): Layout {
  return layoutOf(of, { ...ALL, ...options });
}

/** Two hundred cells: each makes a value of the ones before, and some change one. */
function large(): Graph {
  const cells: Written[][] = [];
  for (let index = 0; index < 200; index++) {
    const sources = [index - 1, index - 3, index - 20].filter((each) => each >= 0);
    cells.push([{ source: `v${index} = f()`, binds: [`v${index}`], reads: sources.map((each) => [each, `v${each}`] as const) }]);
  }
  return graph(cells);
}

test('cells lie in layers: what a value comes from is above it, and nothing overlaps', () => {
  const made = graph(PRICES);
  const { boxes, width, height } = layout(made);
  const box = (id: string) => boxes.get(id) ?? assert.fail(`${id} is not drawn`);
  for (const edge of made.edges.filter((each) => !each.isImport)) {
    const [from, to] = [edge.from, edge.to].map((id) => made.nodes.get(id));
    if (from?.kind === 'value' && to?.kind === 'value' && from.cell !== to.cell) {
      assert.ok(box(from.cell).y + box(from.cell).height < box(to.cell).y, edge.names.join());
    }
  }
  const cards = [...made.cells, ...made.files].map((each) => box(each.id));
  cards.forEach((a, index) => {
    assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height);
    for (const b of cards.slice(index + 1)) {
      assert.ok(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y);
    }
  });
  for (const value of made.cells.flatMap((cell) => cell.values)) {
    const [inner, outer] = [box(value.id), box(value.cell)];
    assert.ok(inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height);
  }
});

test('a cell that hides its values takes their arrows', () => {
  const made = graph(PRICES);
  const { edges, collapsed, boxes } = layout(made, { isExpanded: () => false });
  assert.equal(collapsed.size, made.cells.length);
  assert.equal(boxes.has(nodeOf(made, 5, 'mean').id), false);
  assert.deepEqual(
    edges.map((edge) => `${edge.from} ${edge.to}`).toSorted(),
    ['cell:1 cell:2', 'cell:1 cell:3', 'cell:3 cell:4', 'cell:3 cell:5', 'cell:4 cell:5', 'cell:5 file|out.txt'],
  );
});

test('two hundred cells are laid out in well under a second', () => {
  const made = large();
  assert.equal(layout(made).boxes.size, 400);
  // On a machine that is busy a measurement may be long: the shortest one tells.
  const times = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    layout(made);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  });
  assert.ok(Math.min(...times) < 1_000_000, `it took ${Math.min(...times) / 1000} ms`);
});

test('a line goes straight where nothing is in its way, else along its route', () => {
  const route = [0, 100, 200].map((y) => ({ x: y === 100 ? 90 : 0, y }));
  assert.deepEqual(pulled(route, []), [route[0], route[2]]);
  assert.deepEqual(pulled(route, [{ x: -20, y: 80, width: 40, height: 40 }]), route);
});

test('an arrow without a route goes around what is in its way, on the nearer side', () => {
  const [from, to] = [{ x: 0, y: 0 }, { x: 0, y: 300 }];
  assert.deepEqual(detour(from, to, []), [from, to]);
  const route = detour(from, to, [{ x: -10, y: 120, width: 100, height: 40 }]);
  assert.deepEqual(route.map((point) => point.x), [0, -24, -24, 0]);
});

test('the keyboard goes along arrows, and to neighbours', () => {
  const made = graph(PRICES);
  const laid = layout(made);
  const mean = nodeOf(made, 5, 'mean').id;
  const text = (id: string | undefined) => {
    const node = made.nodes.get(id ?? '');
    return node?.kind === 'value' ? node.text : node?.kind === 'cell' ? node.label : node?.path;
  };
  assert.equal(text(neighbour(made, laid, mean, 'up')), 'gross');
  assert.equal(text(neighbour(made, laid, mean, 'down')), 'open("out.txt", "w").write(mean)');
  assert.equal(text(neighbour(made, laid, mean, 'previous')), '[6]');
  assert.equal(text(neighbour(made, laid, mean, 'first')), '[1]');
  assert.equal(text(neighbour(made, laid, mean, 'last')), 'out.txt');
  assert.equal(neighbour(made, laid, nodeOf(made, 1, 'rate').id, 'up'), undefined);
});

test('the drawing marks the slice and says all of it to who does not see it', () => {
  const made = graph(PRICES);
  const mean = nodeOf(made, 5, 'mean');
  const slice = sliceOf(made, mean);
  const drawing = drawingOf(made, layout(made, { drawsImport: () => true }), { slice, found: undefined, focus: mean.id }, WORDS);
  const classes = (text: string) => new RegExp(`<g class="([^"]*)"[^>]*>(?:(?!</g>).)*<text class="name"[^>]*>${text}</text>`, 's').exec(drawing)?.[1];
  assert.equal(classes('mean'), 'value makes selected');
  assert.equal(classes('rate'), 'value makes from');
  assert.equal(classes('print\\(len\\(prices\\)\\)'), 'value uses faint');
  assert.match(drawing, /<g class="edge may from"><title>gross → mean: gross \(possible/);
  assert.match(drawing, /<g class="edge must faint"><title>prices → print/);
  assert.equal(drawing.match(/tabindex="0"/g)?.length, 1);
  assert.equal(drawing.match(/aria-pressed="true"/g)?.length, 1);
  assert.equal(drawing.match(/role="button"/g)?.length, drawing.match(/aria-label="[^"]+"/g)?.length);
});

test('an exported drawing is a document of its own: escaped, coloured, without what only the page needs', () => {
  const made = graph([[{ source: 'print("<&>\u0000")' }]]);
  const laid = layout(made);
  const style = resolvedStyle((variable) => ({ '--vscode-focusBorder': '#123456', '--vscode-panel-border': 'rgba(1, 2, 3, 0.5)' })[variable] ?? '');
  const text = documentOf(drawingOf(made, laid, { slice: undefined, found: undefined, focus: undefined }, WORDS), laid, style, 'A & B');
  assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+"/);
  assert.match(text, /<title>A &amp; B<\/title>/);
  assert.match(text, />print\(&quot;&lt;&amp;&gt;�&quot;\)<\/text>/);
  assert.match(text, /#123456/);
  assert.match(text, /\.card \{ fill: currentColor; stroke: rgba\(1, 2, 3, 0\.5\); \}/);
  assert.doesNotMatch(text, /var\(|data-id|tabindex|aria-/);
  assert.match(DRAWING_STYLE, /var\(--vscode-focusBorder\)/);
});

test('Mermaid has a subgraph for each cell, dotted arrows for what is possible, and the slice as a class', () => {
  const made = graph(PRICES);
  const slice = sliceOf(made, nodeOf(made, 5, 'mean'));
  assert.equal(
    mermaidOf(made, slice, () => true, () => false),
    `flowchart TD
    subgraph cell0["[1]"]
        c0_imports(["import st"])
    end
    subgraph cell1["[2]"]
        c1_prices(["prices"])
        c1_rate(["rate"])
    end
    subgraph cell2["[3]"]
        c2_uses["print(len(prices))"]
    end
    subgraph cell3["[4]"]
        c3_gross(["gross"])
    end
    subgraph cell4["[5]"]
        c4_gross(["gross"])
    end
    subgraph cell5["[6]"]
        c5_mean(["mean"])
        c5_uses["open(#quot;out.txt#quot;, #quot;w#quot;).write(mean)"]
    end
    file_outu2etxt[("out.txt")]
    c1_prices --> c2_uses
    c1_prices --> c3_gross
    c1_rate --> c3_gross
    c3_gross --> c4_gross
    c3_gross --> c5_mean
    c4_gross -.-> c5_mean
    c5_mean --> c5_uses
    c5_uses --> file_outu2etxt
    classDef slice stroke:#0969da,stroke-width:3px
    class c0_imports,c1_prices,c1_rate,c3_gross,c4_gross,c5_mean slice
    classDef selected stroke:#0969da,stroke-width:5px
    class c5_mean selected
`,
  );
});

test('Mermaid reads no text as syntax, and names stay apart', () => {
  assert.equal(mermaidText('a"b`<c>#\\d\n  & e'), 'a#quot;b#96;#lt;c#gt;#35;#92;d #38; e');
  const made = graph([[{ source: 'print("end")' }, { source: 'print(2)' }, { source: 'größe = 1', binds: ['größe'] }]]);
  const text = mermaidOf(made, undefined, () => true, () => false);
  assert.match(text, /^ +c0_uses\["print\(#quot;end#quot;\)"\]$/m);
  assert.match(text, /^ +c0_uses_2\["print\(2\)"\]$/m);
  assert.match(text, /^ +c0_gru[0-9a-f]+u[0-9a-f]+e\(\["größe"\]\)$/m);
});
