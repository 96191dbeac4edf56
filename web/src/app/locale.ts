import type { Locale } from 'antd/es/locale';
// The module itself: the package's other entry is CommonJS, which the bundler wraps once more, and nothing below holds.
import zhCN from 'antd/es/locale/zh_CN';

const { DatePicker } = zhCN;

/** 组件库的中文；日历上写着“2026年”“11月”的两个按钮就叫这个名字，读屏器念的与看到的一致。 */
export const locale: Locale = DatePicker
  ? {
      ...zhCN,
      DatePicker: {
        ...DatePicker,
        lang: { ...DatePicker.lang, yearSelect: '', monthSelect: '', decadeSelect: '' },
      },
    }
  : zhCN;
