// React's view of the app's stores.
import { useSyncExternalStore } from 'react';
import type { Store } from '../app/store';

export function useStore<State>(store: Store<State>): State {
  return useSyncExternalStore(store.subscribe, store.get);
}
