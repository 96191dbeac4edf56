import {
  FileTextOutlined,
  HomeOutlined,
  MessageOutlined,
  SolutionOutlined,
  UserOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { adminMenu } from '@/features/admin/routes';
import { deskMenu } from '@/features/desk/routes';
import { intakeMenu } from '@/features/intake/routes';
import { lawbookMenu } from '@/features/lawbook/routes';
import { logMenu } from '@/features/log/routes';
import { registryMenu } from '@/features/registry/routes';
import { wallscreenMenu } from '@/features/wallscreen/routes';
import type { MessageKey } from '@/messages/text';
import type { Permission } from '@/shared/may';

/** 菜单的一项：到哪里去，叫什么，要有哪一项许可（列出几项的有其一）才看得到。 */
export interface MenuEntry {
  to:
    | '/'
    | '/cases'
    | '/matters'
    | '/complaints'
    | '/account'
    | (typeof deskMenu)[number]['to']
    | (typeof intakeMenu)[number]['to']
    | (typeof lawbookMenu)[number]['to']
    | (typeof registryMenu)[number]['to']
    | (typeof logMenu)[number]['to']
    | (typeof wallscreenMenu)[number]['to']
    | (typeof adminMenu)[number]['to'];
  label: MessageKey;
  icon: ReactNode;
  needs?: Permission | readonly Permission[];
}

/** 菜单：一组一段（办案、监督、依据、管理）；登录的人可以做的才列出，真正的把守在接口。 */
export const MENU: MenuEntry[][] = [
  [
    { to: '/', label: 'shell.home', icon: <HomeOutlined aria-hidden /> },
    { to: '/cases', label: 'shell.cases', icon: <FileTextOutlined aria-hidden />, needs: 'case.list' },
    ...intakeMenu,
  ],
  [
    ...deskMenu,
    {
      to: '/matters',
      label: 'matters.title',
      icon: <SolutionOutlined aria-hidden />,
      needs: 'supervision.list',
    },
    {
      to: '/complaints',
      label: 'complaints.title',
      icon: <MessageOutlined aria-hidden />,
      needs: 'complaint.list',
    },
    ...wallscreenMenu,
  ],
  [...lawbookMenu, ...registryMenu, ...logMenu],
  [...adminMenu, { to: '/account', label: 'shell.account', icon: <UserOutlined aria-hidden /> }],
];
