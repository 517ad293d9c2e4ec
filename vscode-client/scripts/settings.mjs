// Holds that the settings of package.json are those that the server reads (docs/protocol.md), with its types, and that
// the README has them all.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

const read = (name) => fs.readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8');
const { properties } = JSON.parse(read('package.json')).contributes.configuration;

/** What the extension itself needs, and the server does not read. */
const OWN = ['interpreter', 'statusBar.enabled', 'extract.folder', 'extract.preview', 'extract.openModule', 'verify.python', 'verify.timeout', 'trace.server'];

/** The types of what the server reads, from the table below that sentence; those of pyproject.toml have none there. */
const section = read('../docs/protocol.md').split('Settings are the section `notelift`')[1]?.split('\n## ')[0] ?? '';
const served = new Map(
  [...section.matchAll(/^\| (`.+?`) \| (\w*) ?\|/gm)].flatMap(([, names, type]) =>
    [...names.matchAll(/`(.+?)`/g)].map(([, name]) => [name, type]),
  ),
);

const problems = served.size === 0 ? ['docs/protocol.md has no table of settings'] : [];
for (const [name, type] of served) {
  const property = properties[`notelift.${name}`];
  if (property === undefined) {
    problems.push(`package.json lacks notelift.${name}, which the server reads`);
  } else if (type !== '' && property.type !== type) {
    problems.push(`notelift.${name} is a ${property.type} in package.json, and a ${type} for the server`);
  }
}
const known = new Set([...OWN, ...served.keys()]);
for (const name of Object.keys(properties).map((each) => each.replace('notelift.', ''))) {
  if (!known.has(name)) {
    problems.push(`nothing reads notelift.${name}`);
  }
  const last = name.split('.').at(-1);
  if (!read('README.md').includes(`\`notelift.${name}\``) && !read('README.md').includes(`\`.${last}\``)) {
    problems.push(`README.md lacks notelift.${name}`);
  }
}
problems.forEach((problem) => console.error(problem));
process.exit(problems.length === 0 ? 0 : 1);
