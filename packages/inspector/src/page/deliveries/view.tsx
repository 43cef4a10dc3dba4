import { Composer } from '../compose/composer.js';
import { useStore } from '../state/store.js';
import { DetailPane } from './detail.js';
import { ListPane } from './list-pane.js';

export function DeliveriesView() {
  const chosen = useStore((store) => store.selected !== undefined);
  return (
    <div class={chosen ? 'columns chosen' : 'columns'}>
      <Composer />
      <ListPane />
      <DetailPane />
    </div>
  );
}
