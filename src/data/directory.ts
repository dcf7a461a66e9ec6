// The subset of the origin private file system's interface that keptFiles.ts uses.

/** The subset of a directory handle in use; `navigator.storage.getDirectory()` returns one. */
export interface Directory {
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<Directory>;
  getFileHandle(name: string, options?: { create?: boolean }): Promise<StoredFile>;
  removeEntry(name: string): Promise<void>;
  keys(): AsyncIterable<string>;
}

export interface StoredFile {
  getFile(): Promise<Blob>;
  createWritable?(): Promise<{ write(data: Uint8Array<ArrayBuffer>): Promise<void>; close(): Promise<void> }>;
  /** In dedicated workers only; the only way to write in older Safari. */
  createSyncAccessHandle?(): Promise<{
    truncate(size: number): void;
    write(data: Uint8Array<ArrayBuffer>, options: { at: number }): number;
    flush(): void;
    close(): void;
  }>;
}

/** Opens the root directory of a storage, or rejects if there is none. */
export type OpenRoot = () => Promise<Directory>;
