// Files in IndexedDB behind the interface of the origin private file system, for insecure contexts and for private windows
// that refuse the latter. A file is one value under "<folder>/<name>", written as a whole or not at all.
import { createStore, del, get, keys, set, type UseStore } from 'idb-keyval';
import type { Directory, StoredFile } from './directory';

/** Timeout in milliseconds, because some browsers never answer. */
const PATIENCE = 5000;
let root: Promise<Directory> | undefined;

/** The root directory. Rejects if IndexedDB is missing or refused. */
export function indexedRoot(): Promise<Directory> {
  root ??= open();
  return root;
}

async function open(): Promise<Directory> {
  const files = createStore('fewbits', 'files');
  // Throws at once if there is no IndexedDB, before a timeout is set whose rejection nothing would handle.
  const answer = keys(files);
  const tooLate = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error('the database of this browser does not respond')), PATIENCE),
  );
  await Promise.race([answer, tooLate]);
  return directory(files, '');
}

function directory(store: UseStore, path: string): Directory {
  return {
    getDirectoryHandle: async (name) => directory(store, `${path}${name}/`),

    async getFileHandle(name, { create = false } = {}): Promise<StoredFile> {
      const key = path + name;
      if (!create && (await get(key, store)) === undefined) throw new Error(`${name} does not exist`);
      return {
        getFile: async () => new Blob([(await get<Uint8Array<ArrayBuffer>>(key, store)) ?? new Uint8Array()]),
        async createWritable() {
          let content = new Uint8Array();
          return {
            async write(data) {
              content = data;
            },
            close: () => set(key, content, store),
          };
        },
      };
    },

    removeEntry: (name) => del(path + name, store),

    async *keys() {
      for (const key of await keys<string>(store)) {
        const name = key.slice(path.length);
        if (key.startsWith(path) && !name.includes('/')) yield name;
      }
    },
  };
}
