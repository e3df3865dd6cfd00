import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router';

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'overview', component: () => import('./overview/overview-page.vue') },
  { path: '/phones', name: 'phones', component: () => import('./phones/phones-page.vue') },
  { path: '/send', name: 'send', component: () => import('./send/send-page.vue') },
  { path: '/trace/:id?', name: 'trace', component: () => import('./trace/trace-page.vue'), props: true },
  { path: '/notifications', name: 'notifications', component: () => import('./notifications/notifications-page.vue') },
  { path: '/devices', name: 'devices', component: () => import('./devices/devices-page.vue') },
  { path: '/devices/:device', name: 'device', component: () => import('./devices/device-page.vue'), props: true },
  { path: '/topics', name: 'topics', component: () => import('./topics/topics-page.vue') },
  { path: '/topics/broadcasts/:id', name: 'broadcast', component: () => import('./topics/broadcast-page.vue'), props: true },
  { path: '/apps/:part?', name: 'apps', component: () => import('./apps/apps-page.vue'), props: true },
  { path: '/audit', name: 'audit', component: () => import('./audit/audit-page.vue') },
  { path: '/guides', name: 'guides', component: () => import('./guides/guides-page.vue') },
  { path: '/guides/:name', name: 'guide', component: () => import('./guides/guide-page.vue'), props: true },
  { path: '/:rest(.*)*', redirect: '/' },
];

/** The routes are in the fragment, so that the server has one page to tell. */
export function makeRouter(): Router {
  return createRouter({ history: createWebHashHistory(), routes, scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 } });
}
