// The words of the theme in Russian; the English ones are VitePress's own.
import type { DefaultTheme } from 'vitepress';

export const RUSSIAN: DefaultTheme.Config = {
  outline: { label: 'На этой странице', level: [2, 3] },
  docFooter: { prev: 'Предыдущая', next: 'Следующая' },
  darkModeSwitchLabel: 'Тема',
  lightModeSwitchTitle: 'Светлая тема',
  darkModeSwitchTitle: 'Тёмная тема',
  sidebarMenuLabel: 'Содержание',
  returnToTopLabel: 'Наверх',
  langMenuLabel: 'Язык',
  skipToContentLabel: 'К тексту',
  notFound: {
    title: 'Страница не найдена',
    quote: 'Такой страницы нет. Возможно, её перенесли: поищите по названию.',
    linkLabel: 'На главную',
    linkText: 'На главную',
  },
};

export const SEARCH_IN_RUSSIAN = {
  button: { buttonText: 'Поиск', buttonAriaLabel: 'Поиск' },
  modal: {
    displayDetails: 'Показать подробности',
    resetButtonTitle: 'Очистить',
    backButtonTitle: 'Закрыть поиск',
    noResultsText: 'Ничего не найдено:',
    footer: {
      selectText: 'открыть',
      selectKeyAriaLabel: 'Enter',
      navigateText: 'выбрать',
      navigateUpKeyAriaLabel: 'стрелка вверх',
      navigateDownKeyAriaLabel: 'стрелка вниз',
      closeText: 'закрыть',
      closeKeyAriaLabel: 'Esc',
    },
  },
};
