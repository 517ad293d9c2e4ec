import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pipOptions, type NetworkSettings } from '../../src/pipOptions';
import { expanded, isWholePath, namesOnPath, pythonIn } from '../../src/pythonPaths';

const FOLDERS = { workspace: 'D:\\work\\$& sales', home: 'C:\\Users\\Ann' };
const QUIET: NetworkSettings = { proxy: '', proxySupport: 'override', proxyStrictSSL: true };

test('a setting names a Python as people write paths, on Windows too', () => {
  const cases = [
    ['C:\\Python312\\python.exe', 'C:\\Python312\\python.exe'],
    ['  "C:\\Program Files\\Python312\\python.exe" ', 'C:\\Program Files\\Python312\\python.exe'],
    ['${workspaceFolder}\\.venv\\Scripts\\python.exe', 'D:\\work\\$& sales\\.venv\\Scripts\\python.exe'],
    ['~\\envs\\python.exe', 'C:\\Users\\Ann\\envs\\python.exe'],
    ['~/envs/python.exe', 'C:\\Users\\Ann/envs/python.exe'],
    ['C:\\PROGRA~1\\python.exe', 'C:\\PROGRA~1\\python.exe'],
    ['~ann/python', '~ann/python'],
    ['', ''],
  ];
  for (const [written = '', meant] of cases) {
    assert.equal(expanded(written, FOLDERS), meant);
  }
});

test('what is a whole path depends on the system', () => {
  const cases: [string, boolean, boolean][] = [
    ['C:\\Python312\\python.exe', true, false],
    ['c:/Python312/python.exe', true, false],
    ['\\\\server\\share\\python.exe', true, false],
    ['/usr/bin/python3', true, true],
    ['.venv\\Scripts\\python.exe', false, false],
    ['python3', false, false],
  ];
  for (const [text, onWindows, elsewhere] of cases) {
    assert.deepEqual([isWholePath(text, 'win32'), isWholePath(text, 'linux')], [onWindows, elsewhere], text);
  }
});

test('Windows has its Pythons elsewhere, and other names for them', () => {
  assert.equal(pythonIn('C:\\Users\\Ann\\storage\\server\\1-a', 'win32'), 'C:\\Users\\Ann\\storage\\server\\1-a\\Scripts\\python.exe');
  assert.equal(pythonIn('/home/ann/storage/server/1-a', 'darwin'), '/home/ann/storage/server/1-a/bin/python');
  assert.deepEqual(namesOnPath('win32'), ['python', 'py', 'python3']);
  assert.deepEqual(namesOnPath('linux'), ['python3', 'python']);
});

test('pip is told what VS Code is told of the network, and nothing where that is nothing', () => {
  const proxy = 'http://ann:secret@proxy.example:3128';
  assert.deepEqual(pipOptions(QUIET, {}), []);
  assert.deepEqual(pipOptions({ ...QUIET, proxy: ` ${proxy} ` }, {}), ['--proxy', proxy]);
  assert.deepEqual(pipOptions({ ...QUIET, proxy, proxySupport: 'off' }, {}), []);
  const unchecked = pipOptions({ ...QUIET, proxyStrictSSL: false }, { PIP_INDEX_URL: 'https://mirror.example:8443/simple', PIP_EXTRA_INDEX_URL: '' });
  const hosts = ['pypi.org', 'files.pythonhosted.org', 'mirror.example:8443'];
  assert.deepEqual(unchecked, hosts.flatMap((host) => ['--trusted-host', host]));
});
