/**
 * How the drawing looks, in the colours of the theme. Nothing is told by a colour alone: what is possible is dashed, what
 * a value comes from has a bar at its left, what it goes to one at its right, states are written.
 */
export const DRAWING_STYLE = `
.drawing text { font: 12px var(--vscode-editor-font-family, monospace); fill: var(--vscode-editor-foreground); white-space: pre; }
.drawing .paper { fill: var(--vscode-editor-background); }
.drawing .card { fill: var(--vscode-editorWidget-background); stroke: var(--vscode-contrastBorder, var(--vscode-editorWidget-border, var(--vscode-panel-border))); }
.drawing .chip { fill: var(--vscode-editor-background); stroke: var(--vscode-descriptionForeground); }
.drawing .uses .chip { stroke: none; fill: var(--vscode-editorWidget-background); }
.drawing .uses .name, .drawing .imports .name, .drawing .summary, .drawing .badge text { fill: var(--vscode-descriptionForeground); }
.drawing .imports .chip { stroke-dasharray: 1 3; stroke-linecap: round; }
.drawing .mayChange .chip { stroke-dasharray: 4 3; }
.drawing .label { font-weight: bold; }
.drawing .hit { fill: transparent; }
.drawing .icon { fill: none; stroke: var(--vscode-descriptionForeground); stroke-width: 1.2; stroke-linecap: round; stroke-linejoin: round; }
.drawing .outdated > .badge .icon, .drawing .edited > .badge .icon, .drawing .differs > .badge .icon, .drawing .missing_on_restart > .badge .icon { stroke: var(--vscode-editorWarning-foreground); }
.drawing .failed > .badge .icon { stroke: var(--vscode-editorError-foreground); }
.drawing .line { fill: none; stroke: var(--vscode-descriptionForeground); stroke-width: 1.2; }
.drawing .head { fill: var(--vscode-descriptionForeground); stroke: none; }
.drawing .may .line { stroke-dasharray: 5 4; }
.drawing .edge.from .line { stroke: var(--vscode-charts-blue); stroke-width: 2.2; }
.drawing .edge.from .head { fill: var(--vscode-charts-blue); }
.drawing .edge.to .line { stroke: var(--vscode-charts-green); stroke-width: 2.2; }
.drawing .edge.to .head { fill: var(--vscode-charts-green); }
.drawing .value.from .chip, .drawing .value.mayFrom .chip, .drawing .file.from .card, .drawing .file.mayFrom .card { stroke: var(--vscode-charts-blue); stroke-width: 2; }
.drawing .value.mayFrom .chip { stroke-dasharray: 4 3; }
.drawing .value.to .chip, .drawing .file.to .card { stroke: var(--vscode-charts-green); stroke-width: 2; }
.drawing .cell.from .card, .drawing .cell.mayFrom .card { stroke: var(--vscode-charts-blue); }
.drawing .cell.to .card { stroke: var(--vscode-charts-green); }
.drawing .bar { stroke: none; }
.drawing .from > .bar, .drawing .mayFrom > .bar { fill: var(--vscode-charts-blue); }
.drawing .to > .bar { fill: var(--vscode-charts-green); }
.drawing .value.selected .chip, .drawing .cell.selected .card, .drawing .file.selected .card { stroke: var(--vscode-focusBorder); stroke-width: 3; }
.drawing .value.selected .chip { fill: var(--vscode-list-activeSelectionBackground, var(--vscode-editor-background)); }
.drawing .value.selected text { fill: var(--vscode-list-activeSelectionForeground, var(--vscode-editor-foreground)); font-weight: bold; }
.drawing .value.faint, .drawing .file.faint { opacity: 0.45; }
.drawing .cell.faint { opacity: 0.6; }
.drawing .edge.faint { opacity: 0.18; }
`;

/** Returns the style with the values that the variables have now, for a drawing that leaves VS Code. */
export function resolvedStyle(valueOf: (variable: string) => string): string {
  let style = DRAWING_STYLE;
  // From the inside out: a variable's default may be another one, or a colour with parentheses.
  for (let before = ''; before !== style; ) {
    before = style;
    style = style.replaceAll(/var\((--[\w-]+)(?:, *((?:[^()]|\((?:[^()])*\))*))?\)/g, (_, variable: string, fallback = '') => {
      const value = valueOf(variable).trim();
      return value === '' && String(fallback).includes('var(') ? String(fallback) : value || String(fallback).trim() || 'currentColor';
    });
  }
  return style;
}
