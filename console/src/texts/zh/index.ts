import type { Texts } from '../en';
import { apps } from './apps';
import { common } from './common';
import { devices } from './devices';
import { audit, notifications, topics, trace } from './lists';
import { guides } from './guides';
import { overview } from './overview';
import { phones } from './phones';
import { send } from './send';
import { shell } from './shell';
import { states } from './states';

export const zh: Texts = { ...common, ...shell, states, overview, phones, send, trace, devices, notifications, topics, apps, audit, guides };
