import type { ThemeConfig } from 'antd';

/** 颜色都核对过 4.5:1 的对比；蓝色的政务样式，密排。 */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: '#0f55b8',
    colorInfo: '#0f55b8',
    colorLink: '#0f55b8',
    colorError: '#c31722',
    colorWarning: '#945200',
    colorSuccess: '#1f7a1f',
    colorText: '#1b2430',
    colorTextSecondary: '#4a5666',
    colorTextTertiary: 'rgba(0,0,0,.65)',
    colorTextDescription: 'rgba(0,0,0,.65)',
    colorTextPlaceholder: '#6b6b6b',
    colorBgLayout: '#f2f5f9',
    colorBorderSecondary: '#e3e8ef',
    // Derived from the dark seeds these come out muddy.
    colorWarningBg: '#fff6e5',
    colorWarningBorder: '#eccf95',
    colorErrorBg: '#fdf0f0',
    colorErrorBorder: '#f0b4b8',
    colorInfoBg: '#eef4fd',
    colorInfoBorder: '#b7cff3',
    colorSuccessBg: '#eef8ee',
    colorSuccessBorder: '#b3dab3',
    borderRadius: 4,
    fontSize: 14,
    fontFamily: '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif',
  },
  components: {
    Table: { headerBg: '#eef3fa', headerColor: '#1b2430', rowHoverBg: '#f5f9ff', cellPaddingBlockSM: 7 },
    Menu: { itemHeight: 38, itemBorderRadius: 4, itemSelectedBg: '#e3edfb' },
    Descriptions: { labelBg: '#f6f8fb' },
    Tabs: { horizontalMargin: '0 0 12px 0' },
    Form: { itemMarginBottom: 18 },
  },
};
