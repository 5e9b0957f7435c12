/** A store of records in the browser (IndexedDB), opened for each act: several tabs may work on it at once. */

export interface Place {
  database: string;
  store: string;
  /** The member that names a record; without one each act names it itself. */
  keyPath?: string;
}

/** Do one thing in a transaction of its own; return what it found. */
export async function transact(
  { database: name, store, keyPath }: Place,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () =>
    opening.result.createObjectStore(store, keyPath === undefined ? {} : { keyPath });
  const database = (await settled(opening)) as IDBDatabase;
  try {
    return await settled(act(database.transaction(store, mode).objectStore(store)));
  } finally {
    database.close();
  }
}

function settled(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
}
