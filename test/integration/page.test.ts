import { randomUUID } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import { devAccounts } from '../../src/local/devAccounts';
import type { SettlementRecord } from '../../src/domain/record';
import {
  lowContrast,
  openBrowser,
  type OpenPage,
  type PageOptions,
  type TestBrowser,
} from '../support/page/openBrowser';
import { startTestApi, type TestApi } from '../support/startTestApi';
import { startTestStack, type TestStack } from '../support/testStack';

/** The live page in a real Chromium, served by the real API over real chains, ledger and Temporal. */
describe('the live page', () => {
  let stack: TestStack;
  let api: TestApi;
  let browser: TestBrowser;
  const opened: OpenPage[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    stack = await startTestStack({ confirmations: 3, mintWindowMs: 60_000 });
    await stack.startWorker();
    api = await startTestApi(stack);
  });
  afterAll(async () => {
    await browser.close();
    await api.close();
    await stack.close();
  });
  afterEach(async () => {
    const all = opened.splice(0);
    await Promise.all(all.map((one) => one.close()));
    expect(all.flatMap(({ wrongs }) => wrongs)).toEqual([]);
  });

  async function open(view = '#/', options: Partial<PageOptions> = {}): Promise<OpenPage> {
    const one = await browser.open({ url: api.url, token: api.token, view, ...options });
    one.page.setDefaultTimeout(30_000);
    opened.push(one);
    return one;
  }

  const newId = (): string => `test-${randomUUID().slice(0, 8)}`;

  async function start(recipient: 'bob' | 'mallory' = 'bob', settlementId = newId()): Promise<string> {
    const signed = await stack.sign({ settlementId, recipient, amount: 12_500_000n });
    await stack.client.start(signed);
    return settlementId;
  }

  async function settled(recipient: 'bob' | 'mallory' = 'bob'): Promise<SettlementRecord> {
    const settlementId = await start(recipient);
    const stop = stack.keepMining();
    const record = await stack.client.result(settlementId);
    await stop();
    return record;
  }

  const viewOf = (settlementId: string): string => `#/settlement/${settlementId}`;
  const step = (page: Page, name: string): Locator =>
    page.locator('.timeline li').filter({ has: page.getByText(name, { exact: true }) });
  const badge = (page: Page, text: string): Locator => page.locator('.head .badge').getByText(text, { exact: true });
  const evaluate = <T>(page: Page, expression: string): Promise<T> => page.evaluate<T>(expression);

  test('shows a settlement go through, step by step, without being loaded again', async () => {
    const settlementId = newId();
    const { page } = await open();
    await page.getByRole('heading', { name: 'Routes' }).waitFor();
    await evaluate(page, 'window.isStillHere = true');
    await start('bob', settlementId);
    await page.getByRole('link', { name: settlementId }).click();
    // Nothing mines: the burn is in its block, and not final.
    await step(page, 'Burn final').getByText('1 of 3 confirmations').waitFor();
    await stack.alder.mine(1);
    await step(page, 'Burn final').getByText('2 of 3 confirmations').waitFor();
    expect(await step(page, 'Mint').getAttribute('class')).toBe('waiting');
    await stack.alder.mine(1);
    await step(page, 'Mint final').getByText('1 of 3 confirmations').waitFor();
    await stack.birch.mine(2);
    await badge(page, 'COMPLETED').waitFor();
    const record = await stack.client.result(settlementId);
    expect(await step(page, 'Burn').locator('.hash a').getAttribute('title')).toBe(record.burnTxHash);
    expect(await step(page, 'Mint').locator('.hash a').getAttribute('title')).toBe(record.mintTxHash);
    await step(page, 'Burn')
      .getByText(/^block \d+$/)
      .waitFor();
    expect(await page.locator('.head .amount').textContent()).toBe('12.5 USDS');
    expect(await page.getByText('in Temporal').count()).toBe(0); // this configuration names no Web UI
    expect(await evaluate(page, 'window.isStillHere')).toBe(true);
    await page
      .getByRole('button', { name: /^Copy burn hash/ })
      .first()
      .click();
    await page
      .getByRole('button', { name: /^Copy burn hash/ })
      .getByText('Copied')
      .first()
      .waitFor();
    expect(await evaluate(page, 'navigator.clipboard.readText()')).toBe(record.burnTxHash);
    expect(await page.locator('.history li').count()).toBe((await eventsOf(settlementId)).length);
  });

  test('finds a settlement by its id, an address, and each of its hashes', async () => {
    const [done, refunded] = [await settled(), await settled('mallory')];
    expect([done.mintTxHash, refunded.refundTxHash].map((hash) => hash?.length)).toEqual([66, 66]);
    const { page } = await open();
    await page.getByRole('heading', { name: 'Recent settlements' }).waitFor();
    const search = async (text: string | null): Promise<void> => {
      await page.keyboard.press('/');
      await page.keyboard.type(text ?? '');
      await page.keyboard.press('Enter');
    };
    const found: [string | null, string][] = [
      [done.settlementId, done.settlementId],
      [done.burnTxHash, done.settlementId],
      [done.mintTxHash, done.settlementId],
      [refunded.burnTxHash, refunded.settlementId],
      [refunded.refundTxHash, refunded.settlementId],
    ];
    for (const [text, id] of found) {
      await search(text);
      await page.getByRole('heading', { level: 1, name: id, exact: true }).waitFor();
      await page.locator('.brand').click();
      await page.getByRole('heading', { name: 'Recent settlements' }).waitFor();
    }
    await search(devAccounts().mallory.address);
    await page.getByRole('link', { name: refunded.settlementId }).waitFor();
    expect(await page.getByRole('link', { name: done.settlementId }).count()).toBe(0);
    await search(`0x${'ab'.repeat(32)}`);
    await page.locator('main').getByText('Nothing found.').waitFor();
    await search('no such thing!');
    await page.getByRole('alert').getByText('ID_INVALID').waitFor();
  });

  test('an operator finds what is stuck first, decides on evidence, and sees it end; then it is retried', async () => {
    const settlementId = await start('mallory');
    await stack.until(async () => (await stack.alder.latestSlotOf(settlementId)).state === 'Burned');
    await stack.alder.freeze('alice', true);
    const stop = stack.keepMining();
    await stack.until(async () => (await stack.inLedger(settlementId))?.needsOperator === true);
    const { page } = await open();
    const first = page.locator('main section').first();
    await first.getByRole('heading', { name: 'A settlement needs an operator' }).waitFor();
    await first.getByRole('link', { name: settlementId }).click();
    await page.locator('.notice').getByText('REFUND_REFUSED').waitFor();
    const evidence = 'ticket 17 <img src=x onerror="window.isHurt = true">';
    await page.getByRole('button', { name: 'Resolve…' }).click();
    // Nothing goes out before all of it is given.
    await page.getByRole('button', { name: 'Yes, resolve' }).click();
    expect(await stack.resolutionsOf(settlementId)).toEqual([]);
    await page.getByLabel('Back: give the holder').check();
    await page.getByLabel('Your name').fill('olga <b>');
    await page.getByLabel('Evidence').fill(evidence);
    await stack.alder.freeze('alice', false);
    await page.getByRole('button', { name: 'Yes, resolve' }).click();
    await page.locator('main').getByText('Your decision is taken.').waitFor();
    await stack.until(async () => (await stack.resolutionsOf(settlementId)).length === 1);
    expect(await stack.resolutionsOf(settlementId)).toMatchObject([{ action: 'refund', evidence }]);
    await badge(page, 'FAILED, refunded').waitFor();
    await step(page, 'Compensation: refund').locator('.hash').waitFor();

    await stack.birch.freeze('mallory', false);
    await page.getByRole('button', { name: 'Retry…' }).click();
    await page.getByRole('button', { name: 'No, leave it' }).click();
    await page.getByRole('button', { name: 'Retry…' }).click();
    await page.getByRole('button', { name: 'Yes, retry' }).click();
    await badge(page, 'COMPLETED').waitFor();
    await page.getByRole('heading', { name: 'Timeline of attempt 2' }).waitFor();
    await stop();
    await stack.birch.freeze('mallory', true);
    expect(await evaluate(page, 'window.isHurt')).toBeUndefined();
    // The first attempt is told of too: its burn, and its refund.
    const { refundTxHash } = (await eventsOf(settlementId)).find((event) => event.refundTxHash !== null) ?? {};
    await page.locator(`.history a[title="${refundTxHash}"]`).waitFor();
  });

  test('cancels what is under way, after asking', async () => {
    const settlementId = await start();
    const { page } = await open(viewOf(settlementId));
    await step(page, 'Burn final').getByText('1 of 3 confirmations').waitFor();
    await page.getByRole('button', { name: 'Cancel…' }).click();
    await page.getByRole('button', { name: 'Yes, cancel' }).click();
    await page.locator('main').getByText('The cancel is taken.').waitFor();
    const stop = stack.keepMining();
    await badge(page, 'FAILED, refunded').waitFor();
    await stop();
    expect(await page.getByRole('button', { name: 'Cancel…' }).count()).toBe(0);
  });

  test('takes a token from the form or the fragment, keeps it out of the address, and says in words what is wrong with it', async () => {
    const { page } = await open('#/', { token: null });
    const enter = async (token: string): Promise<void> => {
      await page.locator('input[name=token]').fill(token);
      await page.keyboard.press('Enter');
    };
    await enter('cs_000000000000_wrong');
    await page.getByRole('alert').getByText('This token is not valid, or was revoked.').waitFor();
    expect(await evaluate(page, 'sessionStorage.length')).toBe(0);
    await enter(await api.makeToken({ scopes: ['submit'] }));
    await page.getByRole('alert').getByText('This token may not do that').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();

    const { settlementId } = await settled('mallory');
    await enter(await api.makeToken({ prefix: null, scopes: ['read'] }));
    await page.getByRole('link', { name: settlementId }).click();
    await badge(page, 'FAILED, refunded').waitFor();
    // It may only look.
    expect(await page.locator('.actions').count()).toBe(0);

    const { page: linked } = await open();
    await linked.getByRole('heading', { name: 'Routes' }).waitFor();
    expect(linked.url()).toBe(`${api.url}/#/`);
    await linked.goBack();
    expect(linked.url()).not.toContain(api.token);
  });

  test('says so while the API is away, and goes on where it was when it is back', async () => {
    const settlementId = await start();
    const { page, streams } = await open(viewOf(settlementId));
    await step(page, 'Burn final').getByText('1 of 3 confirmations').waitFor();
    await page.locator('.history li').nth(2).waitFor();
    await evaluate(page, 'window.isStillHere = true');
    const { port } = new URL(api.url);
    await api.close();
    await page.getByRole('alert').getByText('The API does not answer').waitFor();
    const stop = stack.keepMining();
    await stack.client.result(settlementId);
    await stop();
    api = await startTestApi(stack, { port: Number(port) });
    await badge(page, 'COMPLETED').waitFor();
    await page.locator('#away').waitFor({ state: 'hidden' });
    const told = await page.locator('.history .seq').allTextContents();
    expect(told).toEqual((await eventsOf(settlementId)).map(({ seq }) => String(seq)));
    expect(await evaluate(page, 'window.isStillHere')).toBe(true);
    // The first from the beginning, those after it from the last event that came.
    expect(streams[0]).toBeUndefined();
    expect(Number(streams.at(-1))).toBeGreaterThan(2);
  });

  test('takes nothing for markup, wherever it comes from', async () => {
    const hostile = '<img src=x onerror="window.isHurt = true"><script>window.isHurt = true</script>';
    const { settlementId } = await settled();
    for (const view of [`#/settlement/${encodeURIComponent(hostile)}`, `#/search?q=${encodeURIComponent(hostile)}`]) {
      const { page } = await open(view);
      await page.getByRole('alert').waitFor();
      expect(await page.locator('main').textContent()).toContain('<img src=x');
      expect(
        await evaluate(page, '[window.isHurt, document.querySelectorAll("main img, main script").length]'),
      ).toEqual([undefined, 0]);
    }
    // A mock: no id, address or code of the real API can hold such text. Here every text of an answer does.
    const { page } = await open('#/', { token: null });
    const poison = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(poison);
      if (typeof value === 'object' && value !== null) {
        return Object.fromEntries(
          Object.entries(value).map(([key, inner]) => [key, poisonable.has(key) ? hostile : poison(inner)]),
        );
      }
      return value;
    };
    const poisonable = new Set([
      'settlementId',
      'status',
      'holder',
      'recipient',
      'errorCode',
      'errorMessage',
      'txHash',
      'sourceChain',
      'uiUrl',
      'symbol',
      'burnTxHash',
      'run',
      'activity',
    ]);
    await page.route('**/v1/**', async (route) => {
      const response = await route.fetch();
      const type = response.headers()['content-type'] ?? '';
      if (!type.startsWith('application/json')) return route.fulfill({ response });
      return route.fulfill({ response, json: poison(await response.json()) });
    });
    await page.goto(`${api.url}/#token=${api.token}`);
    await page.locator('main .settlements').getByText(hostile).first().waitFor();
    await page.goto(`${api.url}/${viewOf(settlementId)}`);
    await page.locator('.head h1').getByText(hostile).waitFor();
    expect(await evaluate(page, '[window.isHurt, document.querySelectorAll("main img, main script").length]')).toEqual([
      undefined,
      0,
    ]);
    const hrefs = await evaluate<string[]>(page, '[...document.links].map(({ protocol }) => protocol)');
    expect(hrefs.filter((protocol) => protocol !== 'http:')).toEqual([]);
    // The page goes on asking: an answer that is still being poisoned when it is closed would be thrown past everybody.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  test('every control is reached by Tab, and is seen to have the focus; Enter opens', async () => {
    const { settlementId } = await settled('mallory');
    const { page } = await open();
    await page.getByRole('link', { name: settlementId }).waitFor();
    const controls = `[...document.querySelectorAll('a[href], button, input, select, textarea')].filter((it) => it.checkVisibility())`;
    /** Tab from the top to the end; which controls had the focus, by their place in the page. */
    const walk = async (): Promise<Set<number>> => {
      const seen = new Set([0]);
      // Tab goes on from where the focus was last, not from the top: so it is put on the first of them.
      await evaluate(page, `${controls}[0].focus()`);
      for (;;) {
        await page.keyboard.press('Tab');
        const [place, outlinePx] = await evaluate<[number, number]>(
          page,
          `(() => { const it = document.activeElement; const style = getComputedStyle(it);
            return [${controls}.indexOf(it), style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth)]; })()`,
        );
        if (place < 0 || seen.has(place)) return seen;
        expect({ place, isSeen: outlinePx >= 2 }).toEqual({ place, isSeen: true });
        seen.add(place);
      }
    };
    const countOf = (): Promise<number> => evaluate(page, `${controls}.length`);
    expect((await walk()).size).toBe(await countOf());
    await page.keyboard.press('/');
    await page.keyboard.type(settlementId);
    await page.keyboard.press('Enter');
    await badge(page, 'FAILED, refunded').waitFor();
    // Its history comes by a stream of its own; nothing may be added under the walk.
    await page
      .locator('.history li')
      .nth((await eventsOf(settlementId)).length - 1)
      .waitFor();
    expect((await walk()).size).toBe(await countOf());
    await page.getByRole('button', { name: 'Retry…' }).focus();
    await page.keyboard.press('Enter');
    // It is asked first, and the focus is on the answer.
    expect(await evaluate(page, 'document.activeElement.textContent')).toBe('Yes, retry');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await evaluate(page, 'document.activeElement.textContent')).toBe('Retry…');
  });

  test('on a phone nothing scrolls sideways', async () => {
    const { settlementId } = await settled('mallory');
    const stuck = await needsOperator();
    for (const [view, ready] of [
      ['#/', 'Recent settlements'],
      [viewOf(settlementId), 'History'],
      ['#/search', 'All settlements'],
      [viewOf(stuck), 'History'],
    ] as const) {
      const { page } = await open(view, { width: 375 });
      await page.getByRole('heading', { name: ready }).waitFor();
      await page.locator('time').first().waitFor();
      if (view === viewOf(stuck)) await page.getByRole('button', { name: 'Resolve…' }).click();
      expect({ view, width: await widthOf(page) }).toEqual({ view, width: 375 });
    }
    const { page } = await open('#/', { width: 375, token: null });
    await page.locator('input[name=token]').waitFor();
    expect(await widthOf(page)).toBe(375);
    await release(stuck);
  });

  test('is dark where dark is preferred, and every text can be read on its ground', async () => {
    const { settlementId } = await settled('mallory');
    const stuck = await needsOperator();
    const grounds: string[] = [];
    for (const dark of [false, true]) {
      for (const view of ['#/', viewOf(settlementId), viewOf(stuck), '#/search']) {
        const { page } = await open(view, { dark });
        await page.locator('time').first().waitFor();
        const resolve = page.getByRole('button', { name: 'Resolve…' });
        if (view === viewOf(stuck)) await resolve.click();
        const { looked, found } = await lowContrast(page);
        expect(looked).toBeGreaterThan(15);
        expect({ view, dark, found }).toEqual({ view, dark, found: [] });
        if (view === '#/') grounds.push(await evaluate(page, 'getComputedStyle(document.body).backgroundColor'));
      }
    }
    expect(new Set(grounds).size).toBe(2);
    await release(stuck);
  });

  test('is served with a strict policy, and not sent again while it is the same', async () => {
    const first = await fetch(`${api.url}/`);
    const policy = first.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]),
    );
    expect(policy).not.toMatch(/unsafe|\*|data:/);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    expect(first.headers.get('x-content-type-options')).toBe('nosniff');
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(`${api.url}/`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await fetch(`${api.url}/`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    // The policy bites: what would be code in a text is refused by the browser itself.
    const { page, wrongs } = await open();
    const tried = await evaluate(
      page,
      `(() => { try { document.body.innerHTML = '<b>x</b>'; return 'done'; } catch (error) { return error.name; } })()`,
    );
    expect(tried).toBe('TypeError');
    expect(wrongs.some((text) => text.includes('TrustedHTML'))).toBe(true);
    opened.splice(0);
  });

  interface ToldEvent {
    readonly seq: number;
    readonly refundTxHash: string | null;
  }

  /** All events of a settlement that has ended, as the API tells them. */
  async function eventsOf(settlementId: string): Promise<readonly ToldEvent[]> {
    const headers = { authorization: `Bearer ${api.token}` };
    const text = await (await fetch(`${api.url}/v1/settlements/${settlementId}/events`, { headers })).text();
    return [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json ?? '') as ToldEvent);
  }

  const widthOf = (page: Page): Promise<number> =>
    evaluate(page, 'Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)');

  /** One whose mint and refund are both refused. */
  async function needsOperator(): Promise<string> {
    const settlementId = await start('mallory');
    await stack.until(async () => (await stack.alder.latestSlotOf(settlementId)).state === 'Burned');
    await stack.alder.freeze('alice', true);
    const stop = stack.keepMining();
    await stack.until(async () => (await stack.inLedger(settlementId))?.needsOperator === true);
    await stop();
    return settlementId;
  }

  async function release(settlementId: string): Promise<void> {
    await stack.alder.freeze('alice', false);
    // By itself it would try again only after a long pause.
    await stack.client.resolve(settlementId, { action: 'refund', by: 'test', evidence: 'alice is not frozen' });
    const stop = stack.keepMining();
    await stack.client.result(settlementId);
    await stop();
  }
});
