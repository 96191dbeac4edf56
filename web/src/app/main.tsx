import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App, ConfigProvider } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { whenSignedOut } from '@/api/client';
import { sessionQuery } from '@/api/session';
import './app.css';
import '@/shared/shared.css';
import { locale } from './locale';
import { styleWithNonce } from './nonce';
import { queryClient } from './query-client';
import { reopenWhenRenewed } from './renewed';
import { router } from './router';
import { theme } from './theme';

dayjs.locale('zh-cn');
reopenWhenRenewed();

whenSignedOut(() => {
  queryClient.setQueryData(sessionQuery.queryKey, null);
  void router.invalidate();
});

const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;
if (nonce) styleWithNonce(nonce);
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ConfigProvider
        locale={locale}
        theme={theme}
        csp={nonce ? { nonce } : {}}
        button={{ autoInsertSpace: false }}
        form={{ scrollToFirstError: { focus: true, block: 'center' } }}
      >
        <App message={{ maxCount: 3 }}>
          <QueryClientProvider client={queryClient}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </App>
      </ConfigProvider>
    </StrictMode>,
  );
}
