import { assertNone, createIssues, testIssues, updateIssues } from '../input-issues.js';
import type { Caller } from './caller.js';
import { changesOf, checkOptions, pathOf, queryOf } from './check-arguments.js';
import { isCount, isDelivery, isPage, isTestResult, isWebhook } from './check-responses.js';
import { type EnsureOptions, type EnsurePlan, ensure } from './ensure.js';
import { health, type WebhookHealth } from './health.js';
import { allPages, withoutEmptyCursor } from './pagination.js';
import { type RotatedSecret, type RotateSecretOptions, rotateSecret } from './rotate-secret.js';
import type {
  CallOptions,
  CreateWebhookInput,
  DeletedWebhook,
  Delivery,
  DeliveryPage,
  DesiredWebhook,
  ListOptions,
  SendTestInput,
  TestResult,
  UpdateWebhookInput,
  Webhook,
  WebhookCalls,
  WebhookPage,
} from './types.js';

/**
 * The subscriptions of an account: `new VideoCloud(…).webhooks`.
 *
 * Every method rejects with a `VideoCloudApiError`, `VideoCloudConnectionError` or `VideoCloudTimeoutError`. Wrong input is a
 * `TypeError`, before anything is sent.
 *
 * @see the guide, "Настройка вебхуков"
 */
export class Webhooks implements WebhookCalls {
  readonly #caller: Caller;
  readonly #now: () => number;

  /** @internal */
  constructor(caller: Caller, now: () => number) {
    this.#caller = caller;
    this.#now = now;
  }

  /**
   * Registers a webhook. Not repeated once bytes may have been sent. {@link ensure} is safe to run again.
   *
   * @example
   * ```ts
   * import { VideoCloud } from '@videocloud/webhooks-client';
   *
   * const { webhooks } = new VideoCloud({ baseUrl: 'https://api.your-videocloud.test' });
   * const { id } = await webhooks.create({ url: 'https://your-server.com/webhooks', events: ['video.uploaded'], secret: 'a long random secret' });
   * ```
   * @see The guide, «Регистрация вебхука»
   */
  async create(input: CreateWebhookInput, options: CallOptions = {}): Promise<Webhook> {
    checkOptions('create', options, ['signal']);
    assertNone('create', createIssues(input));
    const body = { url: input.url, events: [...input.events], secret: input.secret };
    return this.#caller.call<Webhook>({
      repeat: 'unsent',
      signal: options.signal,
      isData: isWebhook,
      send: (raw, fetch) => raw.POST('/webhooks', { body, fetch }),
    });
  }

  /**
   * One page of the webhooks of the account; all of them when the server does not page.
   *
   * @see The guide, «Список вебхуков»
   */
  async list(options: ListOptions = {}): Promise<WebhookPage> {
    checkOptions('list', options, ['limit', 'cursor', 'signal']);
    const query = queryOf('list', options);
    const page = await this.#caller.call<WebhookPage>({
      repeat: 'safe',
      signal: options.signal,
      isData: (data) => isPage(data) && data.items.every(isWebhook),
      send: (raw, fetch) => raw.GET('/webhooks', { params: { query }, fetch }),
    });
    return withoutEmptyCursor(page);
  }

  /**
   * All webhooks of the account, page after page. `limit` is the size of a page.
   *
   * @example
   * ```ts
   * import { VideoCloud } from '@videocloud/webhooks-client';
   *
   * const { webhooks } = new VideoCloud({ baseUrl: 'https://api.your-videocloud.test' });
   * for await (const webhook of webhooks.listAll()) console.log(webhook.id, webhook.status);
   * ```
   */
  listAll(options: Omit<ListOptions, 'cursor'> = {}): AsyncGenerator<Webhook, void, undefined> {
    checkOptions('listAll', options, ['limit', 'signal']);
    return allPages('listAll', 1_000, (cursor) => this.list({ limit: options.limit, signal: options.signal, cursor }));
  }

  /**
   * Changes the given members of a webhook.
   *
   * @throws TypeError also when all that is given is undefined: nothing would be changed
   * @see The guide, «Обновление вебхука»
   */
  async update(id: string, changes: UpdateWebhookInput, options: CallOptions = {}): Promise<Webhook> {
    checkOptions('update', options, ['signal']);
    const path = pathOf('update', id);
    assertNone('update', updateIssues(changes));
    const body = changesOf(changes);
    return this.#caller.call<Webhook>({
      repeat: 'safe',
      signal: options.signal,
      isData: isWebhook,
      send: (raw, fetch) => raw.PUT('/webhooks/{id}', { params: { path }, body, fetch }),
    });
  }

  /** Switches a failed webhook on again. Events of the meantime are not delivered later. */
  reactivate(id: string, options: CallOptions = {}): Promise<Webhook> {
    return this.update(id, { status: 'active' }, options);
  }

  /**
   * The state of one webhook, or of all, with the deliveries that failed since the last success.
   *
   * @throws VideoCloudApiError `not_found` when there is no webhook with this id
   * @example
   * ```ts
   * import { VideoCloud } from '@videocloud/webhooks-client';
   *
   * const { webhooks } = new VideoCloud({ baseUrl: 'https://api.your-videocloud.test' });
   * for (const { id, status, failureRate } of await webhooks.health()) {
   *   if (status !== 'active' || failureRate > 0.1) console.error(`${id} is ${status}, ${failureRate * 100} % failed`);
   * }
   * ```
   */
  health(id?: string, options: CallOptions = {}): Promise<WebhookHealth[]> {
    return health(this, id, options);
  }

  /**
   * Deletes a webhook. When a repeated attempt gets 404 and the first answer was lost, the webhook counts as deleted.
   *
   * @see The guide, «Удаление вебхука»
   */
  async delete(id: string, options: CallOptions = {}): Promise<DeletedWebhook> {
    checkOptions('delete', options, ['signal']);
    const path = pathOf('delete', id);
    return this.#caller.call<DeletedWebhook>({
      repeat: 'safe',
      whenGone: { id, deleted: true },
      signal: options.signal,
      isData: (data) => typeof data.id === 'string',
      send: (raw, fetch) => raw.DELETE('/webhooks/{id}', { params: { path }, fetch }),
    });
  }

  /**
   * One page of the deliveries to a webhook, the latest first.
   *
   * @see The guide, «История доставки вебхуков»
   */
  async listDeliveries(id: string, options: ListOptions = {}): Promise<DeliveryPage> {
    checkOptions('listDeliveries', options, ['limit', 'cursor', 'signal']);
    const path = pathOf('listDeliveries', id);
    const query = queryOf('listDeliveries', options);
    const page = await this.#caller.call<DeliveryPage>({
      repeat: 'safe',
      signal: options.signal,
      isData: (data) => isPage(data) && data.items.every(isDelivery) && isCount(data.total),
      send: (raw, fetch) => raw.GET('/webhooks/{id}/deliveries', { params: { path, query }, fetch }),
    });
    return withoutEmptyCursor(page);
  }

  /** All deliveries to a webhook, page after page, the latest first. `limit` is the size of a page. */
  listAllDeliveries(id: string, options: Omit<ListOptions, 'cursor'> = {}): AsyncGenerator<Delivery, void, undefined> {
    checkOptions('listAllDeliveries', options, ['limit', 'signal']);
    const { limit, signal } = options;
    return allPages('listAllDeliveries', 100_000, (cursor) => this.listDeliveries(id, { limit, signal, cursor }));
  }

  /**
   * Sends a test delivery. Not repeated once bytes may have been sent.
   *
   * @see The guide, «Тестирование вебхуков»
   */
  async sendTest(id: string, input: SendTestInput, options: CallOptions = {}): Promise<TestResult> {
    checkOptions('sendTest', options, ['signal']);
    const path = pathOf('sendTest', id);
    assertNone('sendTest', testIssues(input));
    const body = { event: input.event };
    return this.#caller.call<TestResult>({
      repeat: 'unsent',
      signal: options.signal,
      isData: isTestResult,
      send: (raw, fetch) => raw.POST('/webhooks/{id}/test', { params: { path }, body, fetch }),
    });
  }

  /**
   * Makes the account match the desired subscriptions by URL, and returns what it did (or, with `dryRun`, would do).
   *
   * Creates missing webhooks, changes `events` that differ, reactivates `failed` ones; deletes only with `prune`. When
   * everything matches it changes nothing, so a pipeline can run it every time. A secret cannot be read back: it is sent when
   * a webhook is created, and otherwise only with `updateSecret`.
   *
   * Two runs at once with the same list leave one webhook for each URL: after creating, a run lists again and deletes its own
   * webhook when an older one is there. Not safe: runs with different lists, above all with `prune` (the last one wins), and
   * servers whose list does not show a new webhook at once or does not keep the order of creation within a second.
   *
   * @throws TypeError when the list is wrong, or a webhook to create has no secret; nothing is changed then.
   * @example
   * ```ts
   * import { VideoCloud } from '@videocloud/webhooks-client';
   *
   * const { webhooks } = new VideoCloud({ baseUrl: 'https://api.your-videocloud.test' });
   * const plan = await webhooks.ensure(
   *   { url: 'https://your-server.com/webhooks', events: ['video.uploaded'], secret: process.env.VIDEOCLOUD_WEBHOOK_SECRET },
   *   { dryRun: true },
   * );
   * console.log(plan.create.length, plan.update.length, plan.unchanged.length);
   * ```
   */
  ensure(desired: DesiredWebhook | readonly DesiredWebhook[], options: EnsureOptions = {}): Promise<EnsurePlan> {
    return ensure(this, desired, options);
  }

  /**
   * Gives a webhook a new secret, and returns when the old one may be dropped.
   *
   * Deliveries are signed with the new secret at once: the receivers must accept both before. Pass a `newSecret` that they
   * already accept, or `prepare`, which is called with the new secret before VideoCloud gets it.
   *
   * @example
   * ```ts
   * import { VideoCloud } from '@videocloud/webhooks-client';
   *
   * declare function deployReceivers(newSecret: string): Promise<void>;
   *
   * const { webhooks } = new VideoCloud({ baseUrl: 'https://api.your-videocloud.test' });
   * const { dropOldAfter } = await webhooks.rotateSecret('whk_123456', { prepare: deployReceivers });
   * console.log(`keep the old secret until ${dropOldAfter.toISOString()}`);
   * ```
   */
  rotateSecret(id: string, options: RotateSecretOptions = {}): Promise<RotatedSecret> {
    return rotateSecret(this, id, options, this.#now);
  }
}
