/** The part of uni-app's interface that a client uses. */
export interface Uni {
  connectSocket(options: {
    url: string;
    protocols?: string[];
    complete?: () => void;
    fail?: (failure: { errMsg?: string }) => void;
  }): UniSocketTask;
  onAppShow(shown: () => void): void;
  offAppShow?(shown: () => void): void;
  onNetworkStatusChange?(changed: (status: { isConnected: boolean }) => void): void;
  offNetworkStatusChange?(changed: (status: { isConnected: boolean }) => void): void;
  getStorageSync(key: string): unknown;
  setStorageSync(key: string, value: string): void;
  removeStorageSync(key: string): void;
}

export interface UniSocketTask {
  onOpen(opened: () => void): void;
  onMessage(received: (message: { data: unknown }) => void): void;
  onError(failed: (failure: { errMsg?: string }) => void): void;
  onClose(closed: (close: { code?: number; reason?: string }) => void): void;
  send(options: { data: ArrayBuffer; fail?: (failure: { errMsg?: string }) => void }): void;
  close(options: { code?: number; fail?: () => void }): void;
}
