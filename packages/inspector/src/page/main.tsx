import { render } from 'preact';
import { App } from './app.js';
import { followKeys } from './keys/keys.js';
import { followAddress } from './state/address.js';
import { followFilters } from './state/list.js';
import { follow } from './state/live.js';
import '@videocloud/local-web/page/base.css';
import '@videocloud/local-web/page/parts.css';
import '@videocloud/local-web/page/list.css';
import '@videocloud/local-web/page/panes.css';
import './styles/compose.css';
import './styles/detail.css';
import './styles/timeline.css';
import './styles/subscriptions.css';
import './styles/conformance.css';
// Last: what depends on the width of the page overrides the rest.
import './styles/layout.css';

const root = document.getElementById('app');
if (root !== null) {
  followAddress();
  followFilters();
  root.replaceChildren();
  render(<App />, root);
  follow();
  followKeys();
}
