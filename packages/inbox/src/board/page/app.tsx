import { NoticeBar } from '@videocloud/local-web/components';
import { BulkDialog } from './dialogs/bulk.js';
import { DiscardDialog } from './dialogs/discard.js';
import { KeysDialog } from './dialogs/keys.js';
import { Header } from './header.js';
import { Overview } from './overview/overview.js';
import { DetailPane } from './records/detail.js';
import { ListPane } from './records/list-pane.js';
import { board, useBoard } from './state/store.js';
import { useText } from './texts/texts.js';

export function App() {
  const t = useText();
  const notice = useBoard((state) => state.notice);
  const lost = useBoard((state) => !state.connected);
  const chosen = useBoard((state) => state.selected !== undefined);
  const dialog = useBoard((state) => state.dialog);
  return (
    <>
      <a class="skip" href="#content">
        {t('skip')}
      </a>
      <Header />
      <NoticeBar t={t} notice={notice} lost={lost} onClose={() => board.change({ notice: undefined })} />
      <main id="content" tabIndex={-1} class="view view-board">
        <Overview />
        <div class={chosen ? 'columns chosen' : 'columns'}>
          <ListPane />
          <DetailPane />
        </div>
      </main>
      {dialog?.kind === 'keys' && <KeysDialog />}
      {dialog?.kind === 'discard' && <DiscardDialog id={dialog.id} />}
      {dialog?.kind === 'bulk' && <BulkDialog bulk={dialog.bulk} filter={dialog.filter} />}
    </>
  );
}
