import type { ParameterSetting } from './queries';
import type { RuleSearch } from './search';

/** 看得上的取值：写了部门、地区、日期的，只留适用的；一般的取值总在。 */
export function settingsShown(settings: ParameterSetting[], search: RuleSearch): ParameterSetting[] {
  return settings.filter((setting) => {
    const { department, region, on } = search;
    if (department && setting.department && setting.department.code !== department) return false;
    if (region && setting.region && !isWithin(region, setting.region.code)) return false;
    if (on && setting.effective_on > on) return false;
    return !(on && setting.expires_on && setting.expires_on <= on);
  });
}

/** 区划代码的前缀就是上级；末尾的零不算。 */
function isWithin(region: string, scope: string): boolean {
  return region.startsWith(scope.replace(/(00)+$/, ''));
}
