import type { Language } from '@videocloud/local-web/page';

// [English, Russian]. Units the guide does not give are this project's reading, see openapi.yaml.
const MEANINGS: Readonly<Record<string, readonly [string, string]>> = {
  videoId: ['The video', 'Видео'],
  userId: ['The user', 'Пользователь'],
  commentId: ['The comment', 'Комментарий'],
  title: ['Title of the video', 'Название видео'],
  size: ['Bytes (assumed)', 'Байты (предположительно)'],
  duration: ['Seconds (assumed)', 'Секунды (предположительно)'],
  format: ['Container, such as mp4', 'Контейнер, например mp4'],
  status: ['Such as processing or ready', 'Например processing или ready'],
  formats: ['The renditions: quality, url, size', 'Варианты: quality, url, size'],
  thumbnailUrl: ['Preview image', 'Картинка предпросмотра'],
  processingTime: ['Seconds (assumed)', 'Секунды (предположительно)'],
  email: ['E-mail address', 'Адрес почты'],
  username: ['Login name', 'Имя входа'],
  firstName: ['First name', 'Имя'],
  lastName: ['Last name', 'Фамилия'],
  registrationMethod: ['Such as email', 'Например email'],
  content: ['Text of the comment', 'Текст комментария'],
  parentId: ['The comment answered, or null', 'На какой комментарий ответ, или null'],
  createdAt: ['RFC 3339 with a zone', 'RFC 3339 с поясом'],
};

export function fieldMeaning(name: string, language: Language): string {
  const found = Object.hasOwn(MEANINGS, name) ? MEANINGS[name] : undefined;
  return found?.[language === 'ru' ? 1 : 0] ?? '–';
}
