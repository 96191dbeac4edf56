/** 两次重新打开至少隔这么久：新的一份也缺的，不来回地重新打开。 */
const AGAIN_AFTER_MS = 30_000;
const KEPT = 'mingjing.renewed';

/**
 * 服务换了新版，开着的页面要的那一份已经没有：重新打开，取新的；填了一半的在草稿里。
 *
 * The parts of the pages carry their hash in their name, and a new program has only its own.
 */
export function reopenWhenRenewed() {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(KEPT) ?? 0);
    if (Date.now() - last < AGAIN_AFTER_MS) return;
    event.preventDefault();
    sessionStorage.setItem(KEPT, String(Date.now()));
    window.location.reload();
  });
}
