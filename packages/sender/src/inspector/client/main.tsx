import { render } from 'preact';
import { App } from './app.js';
import { follow } from './live.js';
import './styles/base.css';
import './styles/parts.css';
import './styles/views.css';

const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
  follow();
}
