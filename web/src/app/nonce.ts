/**
 * 页面自己写的每一段样式都带上内容安全策略的 nonce。
 *
 * The component library takes the nonce in its settings, but two of its parts write a style without it: measuring the
 * scrollbar, and keeping the page still below an open drawer. Refused, the page scrolls under the drawer.
 */
export function styleWithNonce(nonce: string) {
  const create = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const made = create(name, options);
    if (made instanceof HTMLStyleElement) made.nonce = nonce;
    return made;
  };
}
