import type { Uni } from './uni.js';

declare const uni: Uni;

/**
 * The `uni` of the app that this runs in. Each function is named in full: in what uni-app builds for browsers, `uni` has only those
 * that are named so somewhere.
 */
export const globalUni: Uni = {
  connectSocket: (options) => uni.connectSocket(options),
  onAppShow: (shown) => uni.onAppShow(shown),
  offAppShow: (shown) => uni.offAppShow?.(shown),
  onNetworkStatusChange: (changed) => uni.onNetworkStatusChange?.(changed),
  offNetworkStatusChange: (changed) => uni.offNetworkStatusChange?.(changed),
  getStorageSync: (key) => uni.getStorageSync(key),
  setStorageSync: (key, value) => uni.setStorageSync(key, value),
  removeStorageSync: (key) => uni.removeStorageSync(key),
};
