// Lets tests, which run inside VS Code's extension host, use the window as a person does: over HTTP on this machine.
import http from 'node:http';
import path from 'node:path';

/**
 * Starts the bridge to a page that `page` returns; resolves with its port and a function that ends it. Tests learn from it
 * which of the `suites` is theirs: a session that reloads its window has one for before and one for after each reload.
 */
export async function startBridge(page, pictures, suites) {
  const left = [...suites];
  const actions = {
    suite: () => left[0],
    nextSuite: () => {
      left.shift();
      return left[0];
    },
    press: ({ keys }) => page().keyboard.press(keys),
    type: ({ text }) => page().keyboard.type(text),
    click: ({ selector, text, button, limit }) => located(page(), selector, text).click({ button, timeout: limit ?? 15_000 }),
    hover: ({ selector, text }) => located(page(), selector, text).hover({ timeout: 15_000 }),
    see: async ({ selector, text, limit }) => {
      await located(page(), selector, text).waitFor({ timeout: limit ?? 20_000 });
    },
    gone: ({ selector, text }) => located(page(), selector, text).waitFor({ state: 'hidden', timeout: 20_000 }),
    seeInside: async ({ text }) => {
      // A webview is a frame in a frame; the last is the newest, those before are of the outputs of notebooks.
      const inside = page().locator('iframe.webview').last().contentFrame().locator('iframe');
      await inside.contentFrame().getByText(text).first().waitFor({ timeout: 20_000 });
    },
    clickInside: ({ selector, text }) => located(ownPage(page()), selector, text).click({ timeout: 15_000 }),
    seeElementInside: ({ selector, text }) => located(ownPage(page()), selector, text).waitFor({ timeout: 20_000 }),
    textsInside: ({ selector }) => ownPage(page()).locator(selector).allTextContents(),
    texts: ({ selector }) => page().locator(selector).allInnerTexts(),
    seeTheme: async ({ workbench, webview }) => {
      await page().locator(workbench).waitFor({ timeout: 20_000 });
      const visible = page().locator('iframe.webview:visible');
      for (const outer of await visible.all()) {
        const inside = outer.contentFrame().locator('#active-frame').contentFrame();
        await inside.locator(webview).waitFor({ state: 'attached', timeout: 20_000 });
      }
    },
    // A list that fades in is shown as it will be.
    picture: ({ name }) => page().screenshot({ path: path.join(pictures, `${name}.png`), animations: 'disabled' }),
  };
  const server = http.createServer((request, response) => {
    answer(request).then(
      (value) => response.end(JSON.stringify({ value: value instanceof Buffer ? null : (value ?? null) })),
      (error) => response.end(JSON.stringify({ error: String(error) })),
    );
  });

  async function answer(request) {
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const { action, ...options } = JSON.parse(Buffer.concat(chunks).toString());
    return actions[action](options);
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, end: () => server.close() };
}

/** The page of Notelift's own webview that was opened last. */
function ownPage(page) {
  const outer = page.locator('iframe.webview[src*="extensionId=notelift.notelift"]').last();
  return outer.contentFrame().locator('#active-frame').contentFrame();
}

function located(page, selector, text) {
  const all = page.locator(selector);
  return (text === undefined ? all : all.filter({ hasText: text })).first();
}
