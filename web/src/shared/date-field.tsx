import { DatePicker } from 'antd';

/** 日期框；条件栏用到时才取来：每个列表页都有条件栏，不都有日期。 */
export default DatePicker;
