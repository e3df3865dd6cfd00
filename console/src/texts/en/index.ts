import { apps } from './apps';
import { common } from './common';
import { devices } from './devices';
import { guides } from './guides';
import { overview } from './overview';
import { phones } from './phones';
import { send } from './send';
import { shell } from './shell';
import { states } from './states';
import { audit, notifications, topics, trace } from './lists';

/** All texts in English. The other languages have the same, which the compiler checks. */
export const en = { ...common, ...shell, states, overview, phones, send, trace, devices, notifications, topics, apps, audit, guides };

export type Texts = typeof en;
