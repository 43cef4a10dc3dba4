export { BodyView } from './body-view.js';
export { copy } from './copy.js';
export { Field } from './field.js';
export { isForField } from './field-keys.js';
export { followAddress } from './follow-address.js';
export { type Notice, NoticeBar, type Notify } from './notice-bar.js';
export { Preferences } from './preferences.js';
export { createStore, type Store } from './store.js';
export { VirtualList } from './virtual-list.js';
