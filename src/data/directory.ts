// The part of a file system that keptFiles.ts needs: what browsers' origin private file systems have.

/** The part of the directory handle that is used; `navigator.storage.getDirectory()` gives one. */
export interface Directory {
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<Directory>;
  getFileHandle(name: string, options?: { create?: boolean }): Promise<StoredFile>;
  removeEntry(name: string): Promise<void>;
  keys(): AsyncIterable<string>;
}

export interface StoredFile {
  getFile(): Promise<Blob>;
  createWritable?(): Promise<{ write(data: Uint8Array<ArrayBuffer>): Promise<void>; close(): Promise<void> }>;
  /** In dedicated workers only; the one way to write in older Safari. */
  createSyncAccessHandle?(): Promise<{
    truncate(size: number): void;
    write(data: Uint8Array<ArrayBuffer>, options: { at: number }): number;
    flush(): void;
    close(): void;
  }>;
}

/** Gives the root directory of a storage, or rejects where there is none. */
export type OpenRoot = () => Promise<Directory>;
