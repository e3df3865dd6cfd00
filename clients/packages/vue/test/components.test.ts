// @vitest-environment happy-dom
import { MessageStore } from '@tidings/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp, nextTick } from 'vue';
import { chineseLabels, TidingsAlert, TidingsPrompt } from '../src/index.js';

const APP = 'com.example.news';
const notification = (id: string, title = `Title ${id}`) => ({
  id, app: APP, payload: JSON.stringify({ aps: { alert: { title, body: `Body ${id}` } } }), properties: {}, repeated: false,
});

describe('the prompt', () => {
  let root: HTMLElement;
  let store: MessageStore;
  let opened: string[];
  let app: ReturnType<typeof createApp>;

  function mount(props: object = {}): void {
    root = document.body.appendChild(document.createElement('div'));
    app = createApp(TidingsPrompt, { store, onOpen: ({ id }: { id: string }) => opened.push(id), ...props });
    app.mount(root);
  }

  beforeEach(() => {
    vi.useFakeTimers();
    store = new MessageStore();
    opened = [];
  });

  afterEach(() => {
    app.unmount();
    root.remove();
    vi.useRealTimers();
  });

  const texts = (selector: string): (string | null)[] => [...root.querySelectorAll(selector)].map(({ textContent }) => textContent);
  const click = async (selector: string): Promise<void> => {
    root.querySelector<HTMLElement>(selector)!.click();
    await nextTick();
    await nextTick();
  };

  it('shows what comes as a banner for some seconds, and counts it on the badge', async () => {
    mount();
    const shown: string[] = [];
    store.onShown(({ id }) => shown.push(id));
    expect(root.querySelector('.tidings-badge')).toBeNull();
    await store.onNotification(notification('a'));
    await nextTick();
    expect(texts('.tidings-banner strong')).toEqual(['Title a']);
    expect(texts('.tidings-badge')).toEqual(['1']);
    expect(shown).toEqual(['a']);
    expect(root.querySelector('.tidings-banners')!.getAttribute('aria-live')).toBe('polite');
    vi.advanceTimersByTime(6_000);
    await nextTick();
    expect(texts('.tidings-banner')).toEqual([]);
    expect(texts('.tidings-badge')).toEqual(['1']);
  });

  it('shows three banners at most, the newest at the top, and text as text', async () => {
    mount();
    for (const id of ['a', 'b', 'c', 'd']) {
      await store.onNotification(notification(id, id === 'd' ? '<img src=x onerror=alert(1)>' : `Title ${id}`));
    }
    await nextTick();
    expect(texts('.tidings-banner strong')).toEqual(['<img src=x onerror=alert(1)>', 'Title c', 'Title b']);
    expect(root.querySelector('img')).toBeNull();
  });

  it('opens a message by its banner: it is read, the app is told, and the banner goes', async () => {
    mount();
    await store.onNotification(notification('a'));
    await nextTick();
    await click('.tidings-banner-text');
    expect(opened).toEqual(['a']);
    expect(store.unread).toBe(0);
    expect(texts('.tidings-banner')).toEqual([]);
  });

  it('takes the banner of what is withdrawn away', async () => {
    mount();
    await store.onNotification(notification('a'));
    await nextTick();
    await store.onWithdrawn({ app: APP, id: 'a' });
    await nextTick();
    expect(texts('.tidings-banner')).toEqual([]);
    expect(root.querySelector('.tidings-badge')).toBeNull();
  });

  it('lists the messages behind the bell, and removes, reads and clears them', async () => {
    mount();
    for (const id of ['a', 'b', 'c']) {
      await store.onNotification(notification(id));
    }
    await click('.tidings-bell');
    expect(root.querySelector('.tidings-bell')!.getAttribute('aria-expanded')).toBe('true');
    expect(texts('.tidings-list strong')).toEqual(['Title c', 'Title b', 'Title a']);
    await click('.tidings-list .tidings-close');
    expect(texts('.tidings-list strong')).toEqual(['Title b', 'Title a']);
    await click('.tidings-actions button');
    expect(store.unread).toBe(0);
    await click('.tidings-actions button:last-child');
    expect(texts('.tidings-empty')).toEqual(['No notifications']);
  });

  it('speaks Chinese', async () => {
    mount({ labels: chineseLabels });
    await click('.tidings-bell');
    expect(texts('.tidings-empty')).toEqual(['暂无通知']);
  });

  it('shows what came to a hidden page once the user is back, and reports it only then', async () => {
    mount();
    const shown: string[] = [];
    store.onShown(({ id }) => shown.push(id));
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    for (const id of ['a', 'b', 'c', 'd']) {
      await store.onNotification(notification(id));
    }
    await store.onWithdrawn({ app: APP, id: 'c' });
    vi.advanceTimersByTime(60_000);
    expect(shown).toEqual([]);
    visibility.mockRestore();
    document.dispatchEvent(new Event('visibilitychange'));
    await nextTick();
    expect(texts('.tidings-banner strong')).toEqual(['Title d', 'Title b']);
    expect(shown).toEqual(['b', 'd']);
  });
});

describe('the alert', () => {
  let root: HTMLElement;
  let store: MessageStore;
  let app: ReturnType<typeof createApp>;
  const opened: string[] = [];
  const played: string[] = [];

  beforeEach(() => {
    store = new MessageStore();
    opened.length = 0;
    played.length = 0;
    vi.stubGlobal('Audio', class {
      constructor(readonly address: string) {}
      play(): Promise<void> {
        played.push(this.address);
        return Promise.reject(new Error('the user has not touched the page'));
      }
    });
    root = document.body.appendChild(document.createElement('div'));
    app = createApp(TidingsAlert, {
      store,
      sounds: { default: '/ping.mp3', chime: '/chime.mp3' },
      when: ({ id }: { id: string }) => id !== 'quiet',
      onOpen: ({ id }: { id: string }) => opened.push(id),
    });
    app.mount(root);
  });

  afterEach(() => {
    app.unmount();
    root.remove();
    vi.unstubAllGlobals();
  });

  const dialog = (): HTMLDialogElement => root.querySelector('dialog')!;
  const title = (): string | null | undefined => dialog().querySelector('strong')?.textContent;
  const press = async (index: number): Promise<void> => {
    dialog().querySelectorAll('button')[index]!.click();
    await nextTick();
    await nextTick();
  };

  it('shows one at a time until each is answered, with its sound', async () => {
    const shown: string[] = [];
    store.onShown(({ id }) => shown.push(id));
    const sounding = { id: 'a', app: APP, payload: '{"aps":{"alert":{"title":"Title a"},"sound":"chime"}}', properties: {}, repeated: false };
    await store.onNotification(sounding);
    await store.onNotification(notification('quiet'));
    await store.onNotification(notification('b'));
    await nextTick();
    expect(dialog().open).toBe(true);
    expect([title(), shown, played]).toEqual(['Title a', ['a'], ['/chime.mp3']]);
    await press(0);
    expect([title(), shown, opened]).toEqual(['Title b', ['a', 'b'], []]);
    await press(1);
    expect([dialog().open, opened, store.unread]).toEqual([false, ['b'], 1]);
  });

  it('goes when what it shows is withdrawn', async () => {
    await store.onNotification(notification('a'));
    await nextTick();
    await store.onWithdrawn({ app: APP, id: 'a' });
    await nextTick();
    expect(dialog().open).toBe(false);
    expect(title()).toBeUndefined();
  });

  it('keeps a bounded number waiting', async () => {
    for (let i = 0; i < 40; i++) {
      await store.onNotification(notification(`n${i}`));
    }
    const titles = [];
    for (await nextTick(); dialog().open; await press(0)) {
      titles.push(title());
    }
    expect(titles).toEqual(['Title n0', ...Array.from({ length: 20 }, (_, i) => `Title n${i + 20}`)]);
  });
});
