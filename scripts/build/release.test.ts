// Releases and the workflows that make them. GitHub runs nothing here, so what each step says is checked against what
// there is to run.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scripts, version } from '../../package.json';
import { releaseNotes, zipOf } from './release';

describe('notes', () => {
  const changelog =
    '# Changelog\n\n## Unreleased\n\n- c\n\n## 1.2.0 - 2026-12-01\n\n### Added\n\n- b\n\n## 1.1.0\n\n- a\n';

  it('are the section of the version', () => {
    expect(releaseNotes(changelog, '1.2.0', 'v1.2.0')).toBe('### Added\n\n- b\n');
    expect(releaseNotes(changelog, '1.1.0', 'v1.1.0')).toBe('- a\n');
  });

  it('are refused for another tag, and where there are none', () => {
    expect(() => releaseNotes(changelog, '1.2.0', 'v1.1.0')).toThrow(
      'The tag is v1.1.0, and package.json has version 1.2.0.',
    );
    expect(() => releaseNotes(changelog, '1.2', 'v1.2')).toThrow('CHANGELOG.md has no notes for 1.2.');
  });

  it('exist for this version, which is also the one to cite and to install', () => {
    expect(releaseNotes(readFileSync('CHANGELOG.md', 'utf8'), version, `v${version}`)).toMatch(/^- /m);
    const cited = parse(readFileSync('CITATION.cff', 'utf8'));
    expect([cited.version, cited.references.length]).toEqual([version, 5]);
    for (const page of ['README.md', 'SKILL.md'])
      expect(readFileSync(page, 'utf8')).toContain(`npm install ./fewbits-${version}.tgz`);
  });

  it('and documents never name a package that the reader has not installed', () => {
    for (const page of ['README.md', 'SKILL.md', 'CONTRIBUTING.md', 'docs/cli.md', 'docs/hosting.md'])
      expect(readFileSync(page, 'utf8')).not.toMatch(/npx (?!--no-install )fewbits|npm (install|i) fewbits/);
  });
});

it('the zip of a site holds its files under one folder, and is the same each time', () => {
  const site = mkdtempSync(join(tmpdir(), 'fewbits-zip-'));
  mkdirSync(join(site, 'assets'));
  writeFileSync(join(site, 'index.html'), 'page');
  writeFileSync(join(site, 'assets', 'a.js'), 'code');
  const zip = zipOf(site, 'fewbits-1');
  const files = unzipSync(zip);
  expect(Object.keys(files)).toEqual(['fewbits-1/assets/a.js', 'fewbits-1/index.html']);
  expect(new TextDecoder().decode(files['fewbits-1/assets/a.js'])).toBe('code');
  expect(zipOf(site, 'fewbits-1')).toEqual(zip);
});

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[]; readonly 'timeout-minutes'?: number }>>;
}

it.each(['bug.yml', 'model.yml'])('the form %s has fields with ids and labels', (name) => {
  const { name: title, body } = parse(readFileSync(join('.github/ISSUE_TEMPLATE', name), 'utf8'));
  expect(title).toMatch(/\w/);
  for (const field of body.filter(({ type }: { type: string }) => type !== 'markdown'))
    expect(field).toMatchObject({
      id: expect.stringMatching(/^\w+$/),
      attributes: { label: expect.stringMatching(/\w/) },
    });
});

describe.each(readdirSync('.github/workflows'))('%s', (name) => {
  const workflow = parse(readFileSync(join('.github/workflows', name), 'utf8')) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('runs only what is here, or publishes what that made', () => {
    for (const { run } of steps) {
      if (run === undefined) continue;
      const [, script] = /^npm run (\S+)/.exec(run) ?? [];
      if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
      else if (run.startsWith('gh ')) expect(run).toContain(' release/files/* ');
      else expect(existsSync(run), run).toBe(true);
    }
  });

  it('may only read, except where a job says more, and every job ends', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('uses the actions of GitHub alone, in a stated version, and the Node of the repository', () => {
    for (const { uses, with: given } of steps) {
      if (uses === undefined) continue;
      expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
      if (uses.startsWith('actions/setup-node')) expect(existsSync(given?.['node-version-file'] ?? '')).toBe(true);
    }
  });
});
