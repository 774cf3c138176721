/**
 * Real VS Code with the packaged extension, driven as a person drives it: keys, the mouse, and what is to be seen on the screen. Nothing in
 * here knows what the extension should do; that is said by the suites. Nothing sleeps: every question is asked again until it is answered as
 * wanted, or its time is up.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { root } from '../support/install.mjs';
import { makeSample } from '../support/sample.mjs';
import { pageOf, startServer } from '../support/server.mjs';
import { prepareVsCode } from '../support/vscode.mjs';

const artifacts = join(root, 'test', 'artifacts', 'vscode');
const patience = 30_000;

/** No browser of a test may reach anything but the server under test. */
const browserFlags = [
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export type VsCodeOptions = {
  /** The folder to open; the test works on it in place. Without it, a fresh copy of the sample repository. */
  readonly folder?: string;
  /** .vsix files to install. */
  readonly extensions?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** `false` opens the folder in restricted mode. */
  readonly trusted?: boolean;
  /** Variables of VS Code and everything in it. */
  readonly env?: Readonly<Record<string, string>>;
  /** A file to open at once. */
  readonly file?: string;
};

/** The executable that `test/support/test.mjs` found or installed. */
function browserPath(): string {
  const path = process.env.BROWSER_PATH;
  if (!path) throw new Error('BROWSER_PATH names no browser; run the suite by `npm run e2e`, which finds one');
  return path;
}

/** The packaged extension. */
export function extension(): string {
  const path = process.env.VSIX_PATH;
  if (!path) throw new Error('VSIX_PATH names no .vsix file; run the suite by `npm run e2e`, which packages it');
  return path;
}

export async function openVsCode(options: VsCodeOptions = {}): Promise<Workbench> {
  const home = mkdtempSync(join(tmpdir(), 'gitops-workbench-vscode-'));
  const folder = options.folder ?? (await makeSample(join(home, 'platform-gitops')));
  const server = await startServer({
    vscode: await prepareVsCode(),
    home,
    extensions: [...(options.extensions ?? [])],
    folder,
    // The text needs the room, in pictures as on a small screen.
    settings: { 'editor.minimap.enabled': false, ...options.settings },
    trusted: options.trusted ?? true,
    // The contexts of whoever runs the suites are nobody's business here.
    env: { KUBECONFIG: join(home, 'no.kubeconfig'), XDG_STATE_HOME: join(home, 'state'), ...options.env },
  });
  const browser = await chromium.launch({
    executablePath: browserPath(),
    headless: true,
    args: [...browserFlags, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  const page = await browser.newPage({ viewport: { width: 1400, height: 880 } });
  page.setDefaultTimeout(patience);
  await page.goto(pageOf(server, options.file));
  await page.locator('.monaco-workbench .part.statusbar').waitFor();
  if (options.file) await page.locator('.editor-instance .view-line').first().waitFor();
  return new Workbench(page, browser, folder, home, server.stop);
}

/** Where in a file: the place of a text that stands there once, or a line and column counted from 1. */
export type Place = string | { readonly after: string } | { readonly line: number; readonly column: number };

/** One window of VS Code, from its start to `close`. */
export class Workbench {
  readonly page: Page;
  readonly folder: string;
  readonly #browser: Browser;
  readonly #home: string;
  readonly #stopServer: () => Promise<void>;
  #file = '';

  constructor(page: Page, browser: Browser, folder: string, home: string, stopServer: () => Promise<void>) {
    this.page = page;
    this.folder = folder;
    this.#browser = browser;
    this.#home = home;
    this.#stopServer = stopServer;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#stopServer();
    rmSync(this.#home, { recursive: true, force: true });
  }

  /** Called at the head of each case: leaves a picture and the logs when it fails, and no unsaved text when it ends. */
  startCase(name: string): void {
    onTestFinished(async ({ task }) => {
      if (task.result?.state === 'fail') {
        await this.screenshot(`failed-${name}`);
        this.#keepLogs(`failed-${name}`);
      }
      await this.closeEditors();
    });
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(artifacts, { recursive: true });
    await this.page.screenshot({ path: join(artifacts, `${name}.png`) });
  }

  /** What the extension and its server wrote, beside the pictures. */
  #keepLogs(name: string): void {
    const logs = join(this.#home, 'user-data', 'logs');
    if (existsSync(logs)) cpSync(logs, join(artifacts, `${name}-logs`), { recursive: true });
  }

  /** Text of every log that VS Code and the extension wrote so far. */
  logs(): string {
    const logs = join(this.#home, 'user-data', 'logs');
    const files = readdirSync(logs, { recursive: true, withFileTypes: true }).filter(it => it.isFile());
    return files.map(it => readFileSync(join(it.parentPath, it.name), 'utf8')).join('\n');
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Into whatever has the focus, at the speed of a good typist. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 25 });
  }

  /** By its title in the command palette, as a person would look for it. */
  async command(title: string): Promise<void> {
    await this.#pick(`>${title}`, title);
  }

  async open(file: string): Promise<void> {
    this.#file = file;
    const name = file.split('/').at(-1) ?? file;
    await this.#pick(file, name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).first().waitFor();
    await this.#editor().locator('.view-line').first().waitFor();
    // Whoever types now types into the text.
    await this.#focusEditor();
  }

  /** Drops unsaved changes and closes all. */
  async closeEditors(): Promise<void> {
    await this.press('Escape', 'Escape');
    const tabs = this.page.locator('.tabs-container .tab');
    for (let left = await tabs.count(); left > 0; left = await tabs.count()) {
      await this.command('View: Revert and Close Editor');
      await until('an editor closes', async () => (await tabs.count()) < left);
    }
  }

  async #pick(text: string, wanted: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible .quick-input-box input');
    // It closes again when something else takes the focus just then.
    await until(`the quick input opens for ${text}`, async () => {
      if (!(await input.isVisible())) await this.press(text.startsWith('>') ? 'F1' : 'Control+p');
      await input.fill(text, { timeout: 2000 });
      return (await input.inputValue({ timeout: 1000 })) === text;
    });
    const row = this.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: wanted });
    await row.waitFor();
    await this.press('Enter');
    // A command may go on with a question of its own, in the same box.
    const shown = () => input.inputValue({ timeout: 500 }).catch(() => undefined);
    await until('the quick input goes on', async () => (await shown()) !== text);
  }

  async goTo(place: Place): Promise<void> {
    const { line, column } = this.#positionOf(place);
    const input = this.page.locator('.quick-input-widget:visible .quick-input-box input');
    await this.#focusEditor();
    await this.press('Control+g');
    await input.fill(`:${line}:${column}`);
    await this.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  #positionOf(place: Place): { line: number; column: number } {
    if (typeof place === 'object' && 'line' in place) return place;
    const wanted = typeof place === 'string' ? place : place.after;
    const text = readFileSync(join(this.folder, this.#file), 'utf8');
    const at = text.indexOf(wanted);
    if (at < 0) throw new Error(`${this.#file} does not contain ${JSON.stringify(wanted)}`);
    const end = typeof place === 'string' ? at : at + wanted.length;
    const before = text.slice(0, end).split('\n');
    return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
  }

  #editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance');
  }

  async #focusEditor(): Promise<void> {
    const focused = this.page.locator('.editor-group-container.active .monaco-editor.focused');
    if (await focused.count()) return;
    await this.press('Control+1');
    await focused.first().waitFor();
  }

  /** Lines that are on the screen, of the active editor or of the group with that number (from 1, left to right). */
  async lines(group?: number): Promise<readonly string[]> {
    const editor = group ? this.page.locator('.editor-group-container').nth(group - 1) : this.#editor();
    return editor
      .locator('.view-lines')
      .first()
      .evaluate(it =>
        [...it.querySelectorAll<HTMLElement>('.view-line')]
          .sort((one, other) => one.offsetTop - other.offsetTop)
          // Editors draw spaces as no-break spaces.
          .map(line => (line.textContent ?? '').replaceAll('\u00a0', ' ')),
      );
  }

  async squiggles(): Promise<{ errors: number; warnings: number; infos: number }> {
    const count = (kind: string) => this.#editor().locator(`.squiggly-${kind}`).count();
    return { errors: await count('error'), warnings: await count('warning'), infos: await count('info') };
  }

  /** The rows of the Problems view, one text each. */
  async problems(): Promise<readonly string[]> {
    const panel = this.page.locator('.markers-panel');
    if (!(await panel.isVisible())) await this.press('Control+Shift+m');
    await panel.waitFor();
    return panel.locator('.monaco-list-row:has(.marker-icon), .monaco-list-row:has(.details)').allInnerTexts();
  }

  /** Names of the files that the Problems view lists. */
  async problemFiles(): Promise<readonly string[]> {
    await this.problems();
    return this.page
      .locator(
        '.markers-panel .monaco-list-row .resource-label-container .label-name, .markers-panel .file-icon .label-name',
      )
      .allInnerTexts();
  }

  async closePanel(): Promise<void> {
    const panel = this.page.locator('.part.panel');
    if (await panel.isVisible()) await this.press('Control+j');
    await panel.waitFor({ state: 'hidden' });
  }

  async focusGroup(number: number): Promise<void> {
    await this.press(`Control+${number}`);
  }

  /** A view container of the activity bar, by its title. */
  async showView(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar .action-item', { has: this.page.locator(`[aria-label^="${title}"]`) });
    if ((await tab.getAttribute('aria-selected')) !== 'true' && !(await tab.locator('.checked').count()))
      await tab.click();
  }

  async statusBar(): Promise<string> {
    return (await this.page.locator('.part.statusbar').allInnerTexts()).join('\n');
  }

  /** What stands in the box that opens over a place. */
  async hover(place: Place): Promise<string> {
    await this.goTo(place);
    await this.press('Control+k', 'Control+i');
    const box = this.page.locator('.monaco-hover:visible .hover-contents, .monaco-hover:visible .marker.hover-row');
    await box.first().waitFor();
    return (await box.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
  }

  /** Titles that Ctrl+. offers at a place; the menu stays open. */
  async quickFixes(place: Place): Promise<readonly string[]> {
    await this.goTo(place);
    await this.press('Control+.');
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    await rows.first().waitFor();
    return rows.allInnerTexts();
  }

  async chooseFix(title: string): Promise<void> {
    await this.page.locator('.action-widget .monaco-list-row.action').filter({ hasText: title }).first().click();
  }

  /** What is offered where the cursor stands. */
  async completions(): Promise<readonly string[]> {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row');
    if (!(await rows.first().isVisible())) await this.press('Control+Space');
    await rows.first().waitFor();
    return (await rows.allInnerTexts()).map(it => it.replaceAll('\u00a0', ' '));
  }

  /** Takes the offered item that begins with a text. */
  async accept(label: string): Promise<void> {
    await this.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: label }).first().click();
  }

  async codeLenses(): Promise<readonly string[]> {
    return (await this.#editor().locator('.codelens-decoration').allInnerTexts()).map(it =>
      it.replaceAll('\u00a0', ' '),
    );
  }

  async clickLens(text: string | RegExp): Promise<void> {
    await this.#editor().locator('.codelens-decoration a').filter({ hasText: text }).first().click();
  }

  async inlayHints(): Promise<readonly string[]> {
    return this.#editor().locator('.view-line [class*="dyn-rule"], .view-line .inlayHint').allInnerTexts();
  }

  /** Rows of the trees in the side bar that are to be seen. */
  async treeItems(): Promise<readonly string[]> {
    const rows = await this.page.locator('.part.sidebar .monaco-list-row[role="treeitem"]').allInnerTexts();
    return rows.map(it => it.replaceAll('\u00a0', ' ').replaceAll('\n', ' ').trim());
  }

  async expandTreeItem(text: string): Promise<void> {
    const row = this.page.locator('.part.sidebar .monaco-list-row[role="treeitem"]').filter({ hasText: text }).first();
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
    await until(`${text} unfolds`, async () => (await row.getAttribute('aria-expanded')) === 'true');
  }

  async clickTreeItem(text: RegExp): Promise<void> {
    await this.page.locator('.part.sidebar .monaco-list-row[role="treeitem"]').filter({ hasText: text }).click();
  }

  /** Name of the file whose text has the focus. */
  async activeFile(): Promise<string | null> {
    return this.page.locator('.editor-group-container.active .tab.active').getAttribute('data-resource-name');
  }

  /** Into the box that asks for something; another question may follow in the same box. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible .quick-input-box input');
    await input.waitFor();
    const question = await input.getAttribute('aria-label');
    await input.fill(text);
    const row = this.page.locator('.quick-input-widget:visible .monaco-list-row.focused');
    await until(`${text} is offered, or may be typed`, async () => {
      const rows = await this.picks();
      return rows.length === 0 || (await row.count()) > 0;
    });
    await this.press('Enter');
    const asked = () => input.getAttribute('aria-label', { timeout: 500 }).catch(() => undefined);
    await until('the box goes on', async () => (await asked()) !== question);
  }

  /** What a screen reader says of the rows that are to be seen. */
  async treeWords(): Promise<readonly string[]> {
    return this.page
      .locator('.part.sidebar .monaco-list-row[role="treeitem"]')
      .evaluateAll(rows => rows.map(it => it.getAttribute('aria-label') ?? ''));
  }

  /** The row that a screen reader begins to read with these words. */
  #row(words: string): Locator {
    return this.page.locator(`.part.sidebar .monaco-list-row[role="treeitem"][aria-label^="${words}"]`).first();
  }

  async unfold(words: string): Promise<void> {
    const row = this.#row(words);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
    await until(`${words} unfolds`, async () => (await row.getAttribute('aria-expanded')) === 'true');
  }

  async clickRow(words: string): Promise<void> {
    await this.#row(words).locator('.monaco-icon-label').click();
  }

  /** Chooses from the menu that a click with the other button opens on a row. */
  async menu(words: string, item: string): Promise<void> {
    await this.#row(words).locator('.monaco-icon-label').click({ button: 'right' });
    await this.page.locator('.monaco-menu .action-item', { hasText: item }).first().click();
  }

  /** Whatever the side bar says, with buttons and what stands above trees. */
  async sideBar(): Promise<string> {
    return (await this.page.locator('.part.sidebar').innerText()).replaceAll('\u00a0', ' ');
  }

  /** Rows that a box offers. */
  async picks(): Promise<readonly string[]> {
    const rows = await this.page.locator('.quick-input-widget:visible .monaco-list-row').allInnerTexts();
    return rows.map(it => it.replaceAll('\u00a0', ' ').replaceAll('\n', ' ').trim());
  }

  /** The first row of the box that asks for something. */
  async chooseFirst(): Promise<void> {
    const row = this.page.locator('.quick-input-widget:visible .monaco-list-row.focused');
    await row.first().waitFor();
    const text = await row.first().innerText();
    await this.press('Enter');
    await until(`the box goes on from ${text}`, async () => !(await this.picks()).join('\n').includes(text));
  }

  /** In a box where several can be chosen: ticks the row with this name and accepts. */
  async tick(name: string): Promise<void> {
    const rows = this.page.locator('.quick-input-widget:visible .monaco-list-row');
    await rows.filter({ hasText: name }).first().waitFor();
    await this.page.locator('.quick-input-widget:visible .quick-input-box input').fill(name);
    await until(`only ${name} is left`, async () => (await this.picks()).every(it => it.includes(name)));
    await rows.filter({ hasText: name }).first().locator('.label-name').first().click();
    await this.page.locator('.quick-input-widget:visible .monaco-button', { hasText: 'OK' }).first().click();
    await rows.first().waitFor({ state: 'hidden' });
  }

  /** Files of the editor that shows many differences. */
  async changedFiles(): Promise<readonly string[]> {
    const text = await this.page.locator('.editor-group-container.active .editor-container').innerText();
    return [...text.replaceAll('\u00a0', ' ').matchAll(/^\S+ \S+\.yaml/gm)].map(it => it[0]);
  }

  /** The panel that is to be seen: a page inside two frames. */
  panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
  }

  /** Title of the editor that is to be seen. */
  async activeTitle(): Promise<string> {
    return (
      (await this.page.locator('.editor-group-container.active .tab.active').first().getAttribute('aria-label')) ?? ''
    );
  }

  /** Lines of one side of the diff editor. */
  async diffLines(side: 'original' | 'modified'): Promise<readonly string[]> {
    const lines = this.page.locator(`.editor-group-container.active .editor.${side} .view-line`);
    return (await lines.allInnerTexts()).map(it => it.replaceAll('\u00a0', ' '));
  }

  /** As another program changes a file. */
  replace(file: string, from: string, to: string): void {
    const path = join(this.folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  }

  /** Answers a question that keeps everything else waiting. */
  async dialog(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box .monaco-button', { hasText: button }).first().click();
  }

  /** Waits until a notification says so; they go by themselves, so a failure tells every one that was seen. */
  async notified(pattern: RegExp): Promise<void> {
    const seen = new Set<string>();
    const look = async (): Promise<boolean> => {
      for (const it of await this.page.locator('.notification-toast').allInnerTexts()) seen.add(it);
      return [...seen].some(it => pattern.test(it));
    };
    await until(`a notification says ${pattern}`, look).catch(cause => {
      throw new Error(`${cause.message}; seen: ${[...seen].join(' | ') || 'none'}`);
    });
  }
}

/** Asks until the answer is true (or anything but `undefined`, `false`, `null`), and says what was waited for when it never is. */
export async function until<T>(
  what: string,
  probe: () => Promise<T>,
  milliseconds = patience,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + milliseconds;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await probe();
      if (answer) return answer;
      last = answer;
    } catch (cause) {
      last = cause;
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${milliseconds / 1000} s, but it did not come true that ${what}; last answer: ${last}`);
}

/** Asks until the expectations inside hold; fails with the last of them. */
export async function eventually(expectations: () => Promise<void>, milliseconds = patience): Promise<void> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    try {
      return await expectations();
    } catch (cause) {
      if (Date.now() > deadline) throw cause;
      await new Promise(resolve => setTimeout(resolve, 150));
    }
  }
}
