/** The texts of the components. */
export interface Labels {
  notifications: string;
  unread: (count: number) => string;
  empty: string;
  readAll: string;
  clear: string;
  dismiss: string;
  open: string;
  remove: string;
}

export const englishLabels: Labels = {
  notifications: 'Notifications',
  unread: (count) => `${count} unread`,
  empty: 'No notifications',
  readAll: 'Mark all as read',
  clear: 'Clear all',
  dismiss: 'Dismiss',
  open: 'Open',
  remove: 'Remove',
};

export const chineseLabels: Labels = {
  notifications: '通知',
  unread: (count) => `${count} 条未读`,
  empty: '暂无通知',
  readAll: '全部标为已读',
  clear: '清空',
  dismiss: '关闭',
  open: '查看',
  remove: '删除',
};
