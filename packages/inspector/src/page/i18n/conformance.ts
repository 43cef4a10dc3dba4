import type { Language } from '@videocloud/local-web/page';

const en = {
  conf_help:
    'Runs the conformance kit against the endpoint: genuine deliveries, forgeries, broken requests. Only endpoints on this machine.',
  conf_none: 'The conformance kit is not available here: start with `npx @videocloud/webhooks-cli dev`.',
  conf_run: 'Run',
  conf_stop: 'Stop',
  conf_progress: '{done} of {all}',
  conf_passed: 'passed',
  conf_failed: 'failed',
  conf_skipped: 'skipped',
  conf_level: 'Level: {level}, score {score}',
  level_none: 'none',
  level_verifies: 'verifies',
  level_safe: 'safe',
  level_reliable: 'reliable',
  family_signature: 'signature',
  family_bytes: 'bytes',
  family_envelope: 'envelope',
  family_http: 'http',
  family_effects: 'effects',
  family_delivery: 'delivery',
  family_time: 'time',
  family_leaks: 'leaks',
} as const;

/** The texts of the conformance tab; the page spreads them into its own. */
export const CONFORMANCE_TEXTS: Readonly<Record<Language, Readonly<Record<keyof typeof en, string>>>> = {
  en,
  ru: {
    conf_help:
      'Проверяет приёмник набором испытаний: подлинные доставки, подделки, сломанные запросы. Только на этой машине. Названия и пояснения испытаний по-английски, как в отчёте набора.',
    conf_none: 'Набора испытаний здесь нет: запустите `npx @videocloud/webhooks-cli dev`.',
    conf_run: 'Запустить',
    conf_stop: 'Остановить',
    conf_progress: '{done} из {all}',
    conf_passed: 'пройдено',
    conf_failed: 'не пройдено',
    conf_skipped: 'пропущено',
    conf_level: 'Уровень: {level}, счёт {score}',
    level_none: 'нет',
    level_verifies: 'проверяет',
    level_safe: 'безопасен',
    level_reliable: 'надёжен',
    family_signature: 'подпись',
    family_bytes: 'байты',
    family_envelope: 'конверт события',
    family_http: 'HTTP',
    family_effects: 'последствия',
    family_delivery: 'доставка',
    family_time: 'время',
    family_leaks: 'утечки',
  },
};
