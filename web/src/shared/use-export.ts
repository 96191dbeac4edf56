import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { asProblem } from '@/api/problem';
import { download } from './download';
import { problemText } from './form-faults';

/** 导出此刻条件之下的全部，不只这一页：取来、存成文件、说一声；没有成的说出原因。 */
export function useExport(of: { ask: () => Promise<unknown>; name: string; done: string }) {
  const { message } = App.useApp();
  return useMutation({
    mutationFn: async () => download((await of.ask()) as Blob, of.name),
    onSuccess: () => message.success(of.done),
    onError: (error) => message.error(problemText(asProblem(error))),
  });
}
