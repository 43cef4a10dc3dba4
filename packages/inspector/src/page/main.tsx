import { render } from 'preact';
import { App } from './app.js';
import { follow } from './live.js';
import '@videocloud/local-web/page/base.css';
import '@videocloud/local-web/page/parts.css';
import './views.css';

const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
  follow();
}
