// Holds that every text that a user sees can be translated: those of package.json are in package.nls.json, those of
// src/ go through vscode.l10n.t and are in l10n/bundle.l10n.json, which `npm run strings` writes.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUNDLE = path.join(ROOT, 'l10n', 'bundle.l10n.json');

/** The fields of package.json that VS Code shows. */
const SHOWN = new Set(['displayName', 'title', 'shortTitle', 'category', 'name', 'contents', 'label', 'description', 'markdownDescription']);
const SHOWN_LISTS = new Set(['enumDescriptions', 'markdownEnumDescriptions', 'enumItemLabels']);
/** What of VS Code's interface shows its argument, or the value of a property, as it is. */
const MESSAGES = /^show(?:Information|Warning|Error)Message$|^setStatusBarMessage$/;
const PROPERTIES = new Set(['title', 'placeHolder', 'prompt', 'label', 'description', 'detail', 'tooltip', 'openLabel']);

const problems = [];
checkPackage(read('package.json'), read('package.nls.json'));
const texts = textsOfSources();
const bundle = `${JSON.stringify(Object.fromEntries([...texts].sort().map((text) => [text, text])), null, 2)}\n`;
if (process.argv.includes('--write')) {
  fs.mkdirSync(path.dirname(BUNDLE), { recursive: true });
  fs.writeFileSync(BUNDLE, bundle);
} else if (!fs.existsSync(BUNDLE) || fs.readFileSync(BUNDLE, 'utf8') !== bundle) {
  problems.push('l10n/bundle.l10n.json is old: npm run strings');
}
problems.forEach((problem) => console.error(problem));
process.exit(problems.length === 0 ? 0 : 1);

function read(name) {
  return JSON.parse(fs.readFileSync(path.join(ROOT, name), 'utf8'));
}

/** Each key that package.json names is there, each that is there is named, and no shown field has a text of its own. */
function checkPackage(manifest, strings) {
  const named = new Set();
  const visit = (value, key, shown) => {
    if (typeof value === 'string') {
      const name = /^%(.+)%$/.exec(value)?.[1];
      if (name !== undefined) {
        named.add(name);
      } else if (shown) {
        problems.push(`package.json: ${key} is "${value}": put it into package.nls.json`);
      }
    } else if (Array.isArray(value)) {
      value.forEach((each) => visit(each, key, SHOWN_LISTS.has(key)));
    } else if (typeof value === 'object' && value !== null) {
      Object.entries(value).forEach(([name, each]) => visit(each, name, SHOWN.has(name)));
    }
  };
  const { displayName, description, capabilities, contributes } = manifest;
  visit({ displayName, description, capabilities, contributes }, '', false);
  [...named].filter((name) => !(name in strings)).forEach((name) => problems.push(`package.nls.json lacks ${name}`));
  Object.keys(strings)
    .filter((name) => !named.has(name))
    .forEach((name) => problems.push(`package.nls.json has ${name}, which package.json does not name`));
}

/** Returns the texts that src/ gives to l10n.t; what is shown without it is a problem. */
function textsOfSources() {
  const found = new Set();
  for (const file of fs.readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.ts')) {
      const text = fs.readFileSync(path.join(ROOT, 'src', file), 'utf8');
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
      visitSource(source, source, found);
    }
  }
  return found;
}

function visitSource(node, source, found) {
  if (ts.isCallExpression(node)) {
    const called = node.expression.getText(source);
    const [argument] = node.arguments;
    if (called === 'vscode.l10n.t') {
      if (argument !== undefined && ts.isStringLiteralLike(argument)) {
        found.add(argument.text);
      } else {
        report(node, source, 'l10n.t needs a text that does not change');
      }
    } else if (MESSAGES.test(called.split('.').at(-1)) && argument !== undefined && isText(argument)) {
      report(argument, source, 'a message goes through vscode.l10n.t');
    }
  } else if (ts.isPropertyAssignment(node) && PROPERTIES.has(node.name.getText(source)) && isText(node.initializer)) {
    report(node, source, 'what is shown goes through vscode.l10n.t');
  }
  ts.forEachChild(node, (child) => visitSource(child, source, found));
}

/** Whether an expression has words of its own: names of icons, of settings and of files have no spaces. */
function isText(expression) {
  const parts = ts.isTemplateExpression(expression)
    ? [expression.head.text, ...expression.templateSpans.map((span) => span.literal.text)]
    : ts.isStringLiteralLike(expression)
      ? [expression.text]
      : [];
  return parts.some((part) => {
    const words = part.replaceAll(/\$\([\w~-]+\)/g, '').trim();
    return /^\p{Lu}\p{L}+|\p{L} \p{L}/u.test(words);
  });
}

function report(node, source, problem) {
  const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
  problems.push(`src/${source.fileName}:${line + 1}: ${problem}: ${node.getText(source)}`);
}
