import './buffer-global.js';
import { explain, type Question } from './explain.js';

// A worker for each question: a hostile request never freezes the page, and the secret ends with the worker.
addEventListener('message', ({ data }: MessageEvent<Question>) => {
  explain(data).then(
    (answer) => postMessage(answer),
    () => postMessage({ ok: false, refusal: 'failed' }),
  );
});
