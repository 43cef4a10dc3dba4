/** The event that a bench sends, with members of its data changed or added. */
export const eventOf = (data = {}) => ({
  event: 'video.uploaded',
  timestamp: '2024-03-31T12:00:00Z',
  data: {
    videoId: 'vid_123456',
    title: 'Мой ролик',
    size: 10485760,
    duration: 120,
    format: 'mp4',
    userId: 'usr_123456',
    status: 'processing',
    ...data,
  },
});
