import { Client } from './data/client.ts';
import { App } from './app/app.ts';
import { connect } from './app/host/tensorboard.ts';
import { Store } from './state/store.ts';

/** TensorBoard calls this once, in the tab's own frame. */
export function render(): void {
  const app = new App();
  app.store = new Store(new Client(), connect());
  document.documentElement.lang = 'en';
  document.title = 'RNN-Viz';
  document.body.style.margin = '0';
  document.body.replaceChildren(app);
}
