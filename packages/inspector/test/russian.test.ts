import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { button, detail, until } from './support/page.js';
import { SECRET, startInspector } from './support/start-inspector.js';

// Three English words in a row, outside of code and of what is marked as English.
const ENGLISH_PROSE = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement?.closest('[lang=en], code, pre, textarea, option, table.headers')) continue;
    if (/\\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\\b/i.test(node.textContent.replace(/export const POST/, ''))) found.push(node.textContent);
  }
  return found;
})()`;
const english = (page: Page) => page.evaluate(ENGLISH_PROSE);
const RUSSIAN = { locale: 'ru-RU' };

describeInBrowser('the page in Russian', (browser) => {
  it('shows causes and fixes in Russian, for the framework, with the English original on demand', async () => {
    const { url, receiver, subscribe } = await startInspector();
    await subscribe(receiver.guideUrl, ['video.published']);
    const { page, faults } = await browser.open(url, RUSSIAN);
    await page.locator('.composer select').last().selectOption({ label: receiver.guideUrl });
    await button(page, 'Дубликат').click();
    const why = detail(page).locator('.why');
    await until(() => why.locator('.causes').first().textContent(), expect.stringContaining('Запрос подлинный'));
    expect(await english(page)).toEqual([]);
    await button(page, 'Найти ошибку').click();
    const first = why.locator('.found .causes').last();
    await until(() => first.locator('code').first().textContent(), 'body_reserialized');
    await until(() => why.locator('.causes .chip').allTextContents(), ['Доказано', 'Доказано', 'Доказано']);
    expect(await first.textContent()).toContain('то же значение JSON в другой записи');
    expect(await first.textContent()).toContain('Express: подключите webhookHandler(receiver)');
    expect(await first.textContent()).toContain('никогда не хешируйте JSON.stringify(req.body)');
    expect(await first.locator('.verbatim p').isVisible()).toBe(false);
    await first.getByText('Оригинал (англ.)').click();
    const words = first.locator('.verbatim p[lang=en]');
    expect(await words.isVisible()).toBe(true);
    expect(await words.textContent()).toContain('the same JSON value in another spelling');

    // The bytes its owner pastes prove it, for the framework that is chosen.
    await why.getByText('Спросить доктора').click();
    const sent = await page.locator('.part:not(.why) pre.bytes').first().textContent();
    const pasted = JSON.stringify(JSON.parse(sent ?? ''));
    await why.getByLabel('Байты, которые хешировал приёмник').fill(pasted);
    await why.getByLabel('Фреймворк').selectOption('next');
    await button(page, 'Поставить диагноз').click();
    const compared = why.locator('details [role=status]');
    await until(() => compared.locator('.chip').first().textContent(), 'Доказано');
    expect(await compared.locator('code').first().textContent()).toBe('body_reserialized');
    const said = await compared.textContent();
    expect(said).toContain('Next.js: export const POST = webhookHandler(receiver)');
    expect(said).toContain('config = { api: { bodyParser: false } }');
    expect(said).toContain(`Приёмник хешировал байтов: ${pasted.length}, а отправлено: `);
    expect(said).not.toContain('Express');
    expect(await english(page)).toEqual([]);

    // A secret with a newline is proven; another one altogether is only possible.
    await why.getByLabel('Байты, которые хешировал приёмник').fill('');
    await why.getByLabel('Секрет, который у приёмника').fill(` ${SECRET}\n`);
    await button(page, 'Поставить диагноз').click();
    await until(() => compared.locator('code').first().textContent(), 'secret_whitespace');
    expect(await compared.textContent()).toContain("пишите файлы с секретом без перевода строки (printf '%s')");
    await why.getByLabel('Секрет, который у приёмника').fill('');
    await why.getByLabel('Байты, которые хешировал приёмник').fill('{"event":"of another delivery"');
    await button(page, 'Поставить диагноз').click();
    await until(() => compared.locator('code').allTextContents(), ['body_truncated', 'secret_wrong']);
    await until(() => compared.locator('.chip').allTextContents(), ['Возможно', 'Возможно']);
    expect(await compared.textContent()).toContain('Скорее всего, секрет другой');
    await compared.getByText('Оригинал (англ.)').last().click();
    expect(await compared.locator('.verbatim p').last().textContent()).toMatch(
      /Ruled out by computing \d+ combinations/,
    );
    expect(await english(page)).toEqual([]);

    // The other language at once, and without a second set of words.
    await page.getByLabel('Язык').selectOption('en');
    await until(() => compared.locator('.chip').allTextContents(), ['Possible', 'Possible']);
    expect(await why.locator('.verbatim').count()).toBe(0);
    expect(await why.textContent()).not.toMatch(/[а-яё]/i);
    expect(faults).toEqual([]);
  });

  it('says what its server, the management API and the network refuse in Russian', async () => {
    const { url, receiver, sender } = await startInspector();
    const { page, faults } = await browser.open(url, RUSSIAN);
    const notice = page.locator('.notice.bad');
    const refused = async (text: string | RegExp) => {
      await notice.getByText(text).waitFor();
      expect(await english(page)).toEqual([]);
      await notice.getByRole('button').click();
    };
    await page.getByLabel('Данные (data)').fill('{"videoId": 7}');
    await until(
      () => page.locator('.payload-verdict').textContent(),
      expect.stringContaining('data.videoId: не тот тип (number) must be string'),
    );
    expect(await page.locator('.payload-verdict').textContent()).toMatch(/data\.\w+: поля нет/);
    await button(page, 'Вернуть пример').click();
    await page.getByLabel('Время события').fill('вчера');
    await button(page, 'Отправить').click();
    await refused('нужен RFC 3339 с поясом');
    await page.getByLabel('Время события').fill('');

    await button(page, 'Загрузка → обработка → публикация').click();
    await until(
      () => page.locator('.steps li').allTextContents(),
      ['video.uploaded: доставлено', 'video.processed: доставлено', 'video.published: доставлено'],
    );
    await button(page, 'Подписки').click();
    await page.getByText('Новая подписка').click();
    await page.locator('.create').getByLabel('URL').fill('ftp://files.example/');
    await button(page, 'Создать').last().click();
    await notice.getByText('Запрос не принят. url: нужен полный URL').waitFor();
    expect(await notice.locator('[lang=en]').textContent()).toMatch(/^url: Must be an absolute/);
    await refused('Запрос не принят.');
    await button(page, 'История').click();
    await until(() => page.locator('.action td').filter({ hasText: 'доставлено 200' }).count(), 3);

    await button(page, 'Доставки').click();
    await receiver.close();
    await page.locator('.composer form select').first().selectOption('video.deleted');
    await button(page, 'Отправить').click();
    const why = detail(page).locator('.why');
    await until(() => why.textContent(), expect.stringContaining('По этому адресу никто не слушает'));
    expect(await page.locator('.line.bad-text').textContent()).toContain('в соединении отказано');
    expect(await why.locator('.verbatim p[lang=en]').textContent()).toContain('ECONNREFUSED');
    expect(await english(page)).toEqual([]);
    await button(page, 'До конца').click();
    await until(() => sender.webhooks()[0]?.status, 'failed');
    await button(page, 'Загрузка → обработка → публикация').click();
    await refused('Подписка отключена: сначала включите её снова.');
    expect(faults).toEqual([]);
  });
});
