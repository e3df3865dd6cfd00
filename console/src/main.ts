import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/forms.css';
import './styles/overview.css';
import './styles/phones.css';
import './styles/trace.css';
import { createApp } from 'vue';
import { startTheme } from './platform/theme';
import { makeRouter } from './router';
import { takeCredential } from './session/credential-link';
import { SignIn, signInKey } from './session/session';
import ConsoleApp from './shell/console-app.vue';
import { startLanguage } from './texts';

function tabStorage(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

startTheme();
startLanguage();
const linked = takeCredential(location, history);
const signIn = new SignIn(tabStorage());
createApp(ConsoleApp, { linked }).provide(signInKey, signIn).use(makeRouter()).mount('#app');
