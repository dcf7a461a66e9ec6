// What long benchmarks measured, kept beside the documents, so that an interrupted run continues; and the tables made of it.
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const inDocs = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));

/** Measurements, one line of JSON each. */
export class Measured<Row> {
  private constructor(
    private readonly file: string,
    readonly rows: Row[],
  ) {}

  /** Reads a file of `docs/`; none is an empty one. */
  static async open<Row>(name: string): Promise<Measured<Row>> {
    const lines = (await readFile(inDocs(name), 'utf8').catch(() => '')).split('\n');
    return new Measured<Row>(
      inDocs(name),
      lines.filter((line) => line !== '').map((line) => JSON.parse(line)),
    );
  }

  /** Appends and prints a measurement. */
  async add(row: Row): Promise<void> {
    this.rows.push(row);
    const line = JSON.stringify(row);
    await appendFile(this.file, `${line}\n`);
    console.log(line);
  }
}

/** Writes `text` between the comments `<!-- mark -->` and `<!-- end of mark -->` of a file of `docs/`. */
export async function renewTables(name: string, mark: string, text: string): Promise<void> {
  const between = new RegExp(`(?<=<!-- ${mark} -->\n)[\\s\\S]*(?=<!-- end of ${mark} -->)`);
  await writeFile(
    inDocs(name),
    (await readFile(inDocs(name), 'utf8')).replace(between, () => `\n${text}\n\n`),
  );
}
