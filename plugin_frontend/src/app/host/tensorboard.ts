import { signal } from '@preact/signals-core';
import type { Host } from '../../state/host.ts';
import { isOurs, readHash, writeHash } from './hash.ts';
import { listen } from './messages.ts';

/** Window of TensorBoard if the tab may access it, else the tab's own window. */
function findPage(): Window {
  try {
    void window.parent.document.body;
    return window.parent;
  } catch {
    return window;
  }
}

const prefersDark = () => window.matchMedia?.('(prefers-color-scheme: dark)');

/**
 * TensorBoard as the host.
 * It has no interface for theme and address; the tab is of the same origin and reads the page.
 */
export function connect(): Host {
  const page = findPage();
  const framed = page !== window;
  const system = prefersDark();
  const isDark = () => (framed ? page.document.body.classList.contains('dark-mode') : Boolean(system?.matches));
  const dark = signal(isDark());
  const update = () => (dark.value = isDark());
  if (framed)
    new MutationObserver(update).observe(page.document.body, { attributes: true, attributeFilter: ['class'] });
  else system?.addEventListener('change', update);

  const reloads = new Set<() => void>();
  const announce = () => reloads.forEach((listener) => listener());
  if (framed) listen(page, { 'experimental.DataReloaded': announce, 'experimental.RunsChanged': announce });

  return {
    dark,
    runFilter: new URLSearchParams(page.location.search).get('runFilter') ?? '',
    readLink: () => readHash(page.location.hash),
    writeLink(link, { push }) {
      if (!isOurs(page.location.hash)) return;
      const hash = writeHash(page.location.hash, link);
      if (hash === page.location.hash) return;
      const { history, location } = page;
      const address = location.pathname + location.search + hash;
      if (push) history.pushState(history.state, '', address);
      else history.replaceState(history.state, '', address);
    },
    onLink(listener) {
      const ours = () => isOurs(page.location.hash) && listener();
      page.addEventListener('hashchange', ours);
      page.addEventListener('popstate', ours);
      return () => {
        page.removeEventListener('hashchange', ours);
        page.removeEventListener('popstate', ours);
      };
    },
    onReload(listener) {
      reloads.add(listener);
      return () => reloads.delete(listener);
    },
  };
}
