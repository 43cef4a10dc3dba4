/** To evaluate on a page: every way of sending that a script has, and what came of it. */
export const ATTEMPTS_TO_SEND = `(async () => {
  const url = location.origin + '/sent?secret';
  // The same server under a name of a stranger.
  const elsewhere = url.replace('127.0.0.1', 'elsewhere.rebound.test');
  const settled = (start) => new Promise((resolve) => {
    try {
      start(resolve);
    } catch {
      resolve('refused');
    }
  });
  const code = 'fetch(' + JSON.stringify(url) + ').then(() => postMessage("sent"), () => postMessage("refused"))';
  return {
    fetch: await fetch(url).then(() => 'sent', () => 'refused'),
    xhr: await settled((done) => {
      const request = new XMLHttpRequest();
      request.onload = () => done('sent');
      request.onerror = () => done('refused');
      request.open('POST', url);
      request.send('secret');
    }),
    beacon: await settled((done) => {
      document.addEventListener('securitypolicyviolation', () => done('refused'), { once: true });
      navigator.sendBeacon(url, 'secret');
    }),
    websocket: await settled((done) => {
      const socket = new WebSocket(url.replace('http', 'ws'));
      socket.onopen = () => done('sent');
      socket.onerror = () => done('refused');
    }),
    events: await settled((done) => {
      const source = new EventSource(url);
      source.onopen = () => done('sent');
      source.onerror = () => done('refused');
    }),
    prefetch: await settled((done) => {
      const link = Object.assign(document.createElement('link'), { rel: 'prefetch', href: elsewhere });
      link.onload = () => done('sent');
      link.onerror = () => done('refused');
      document.head.append(link);
    }),
    image: await settled((done) => {
      const image = new Image();
      image.onload = () => done('sent');
      image.onerror = () => done('refused');
      image.src = elsewhere;
    }),
    form: await settled((done) => {
      const form = Object.assign(document.createElement('form'), { action: url, method: 'post' });
      document.body.append(form);
      document.addEventListener('securitypolicyviolation', () => done('refused'), { once: true });
      form.submit();
    }),
    worker: await settled((done) => {
      const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
      worker.onmessage = ({ data }) => done(data);
    }),
  };
})()`;

/** To evaluate on a page: all places in which a page can leave something, as text. */
export const EVERYTHING_KEPT = `(async () => JSON.stringify([
  document.documentElement.outerHTML,
  location.href,
  history.state,
  { ...localStorage },
  { ...sessionStorage },
  document.cookie,
  await indexedDB.databases(),
  await caches.keys(),
]))()`;
