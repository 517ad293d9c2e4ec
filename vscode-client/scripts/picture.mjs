// Makes media/icon.png from media/icon.svg, with the Chromium of the tests.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { installTools } from '../test/harness/tools.mjs';

const media = (name) => fileURLToPath(new URL(`../media/${name}`, import.meta.url));
const browser = await chromium.launch({ executablePath: installTools().chromium, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
await page.setContent(`<style>body{margin:0}svg{display:block;width:256px;height:256px}</style>${fs.readFileSync(media('icon.svg'))}`);
await page.screenshot({ path: media('icon.png'), omitBackground: true });
await browser.close();
