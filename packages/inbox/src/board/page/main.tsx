import { render } from 'preact';
import { App } from './app.js';
import { followKeys } from './keys.js';
import { followAddress } from './state/address.js';
import { follow, openPlace } from './state/load.js';
import '@videocloud/local-web/page/base.css';
import '@videocloud/local-web/page/parts.css';
import '@videocloud/local-web/page/list.css';
import './styles/overview.css';
import './styles/records.css';
// Last: what depends on the width of the page overrides the rest.
import '@videocloud/local-web/page/panes.css';
import './styles/layout.css';

const root = document.getElementById('app');
if (root !== null) {
  followAddress(openPlace);
  root.replaceChildren();
  render(<App />, root);
  followKeys();
  follow();
}
