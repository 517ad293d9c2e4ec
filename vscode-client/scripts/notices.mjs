// The licences of the libraries that are in the bundles, as a text for the people who get them.
import fs from 'node:fs';
import path from 'node:path';

/**
 * Returns the names, versions and licences of the packages that esbuild put into what it built, and of those that they
 * depend on, which may be in their files; `metafiles` are what esbuild says of that. Throws where a package comes without
 * its licence.
 */
export function noticesOf(root, metafiles) {
  const folders = new Set(metafiles.flatMap(inputsOf).flatMap((file) => packageOf(root, file)));
  // A set that grows while it is walked.
  for (const folder of folders) {
    dependenciesOf(root, folder).forEach((each) => folders.add(each));
  }
  const notices = [...folders].sort().map((folder) => noticeOf(folder));
  return `What Notelift for VS Code has of others\n\n${notices.join('\n')}`;
}

/** The files of which something is left in the bundles. */
function inputsOf({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => file),
  );
}

/** The folder of the package that a file is of; none for the files of this extension. */
function packageOf(root, file) {
  const [, inside] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  return inside === undefined ? [] : [path.join(root, inside)];
}

/** The folders of the packages that a package depends on: below its own folder, or above. */
function dependenciesOf(root, folder) {
  return Object.keys(manifestOf(folder).dependencies ?? {}).map((name) => {
    for (let at = folder; at.startsWith(root); at = path.dirname(at)) {
      const candidate = path.join(at, 'node_modules', name);
      if (fs.existsSync(candidate)) {
        return candidate;
      }
    }
    throw new Error(`${folder} depends on ${name}, which is not installed`);
  });
}

function manifestOf(folder) {
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
}

function noticeOf(folder) {
  const { name, version, license } = manifestOf(folder);
  const files = fs.readdirSync(folder).filter((each) => /^(?:licen[cs]e|notice|thirdpartynotices)(?:\.(?:md|txt))?$/i.test(each));
  if (!files.some((each) => /^licen[cs]e/i.test(each))) {
    throw new Error(`${name} ${version} comes without its licence (${license}): it cannot be bundled`);
  }
  const texts = files.sort().map((each) => fs.readFileSync(path.join(folder, each), 'utf8').trim());
  return [`${'='.repeat(80)}\n${name} ${version} (${license})\n${'='.repeat(80)}`, ...texts].join('\n\n') + '\n';
}
