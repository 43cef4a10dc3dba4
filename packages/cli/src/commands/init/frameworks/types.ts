import type { Folder } from '../folder.js';
import type { Manifest } from '../manifest.js';
import type { Insertion, Source } from '../source.js';
import type { TemplateName } from '../templates.js';

/** A route that stands in the user's code: imports, and lines behind the statement that makes the app. */
export interface Mount {
  /** The module whose export makes the app. */
  readonly module: string;
  readonly imports: readonly (readonly [names: string, from: string])[];
  readonly line: (app: string) => string;
  /** Where the line belongs, for whoever puts it in by hand. */
  readonly where: string;
  /** Packages it needs beside the core. */
  readonly packages?: readonly string[];
  /** Where the lines go, if not behind a statement; undefined where no place is certain. */
  readonly place?: (source: Source, lines: readonly string[]) => Insertion | undefined;
  /** Whether a file is the one that has the place. */
  readonly isIn?: (source: Source) => boolean;
}

/** Where the files go, without their extension. */
export interface Layout {
  readonly receiver: string;
  /** Other templates than the usual ones. */
  readonly templates?: readonly [receiver: TemplateName, test: TemplateName];
  /** How a route file imports the receiver, where that is not its relative path. */
  readonly alias?: string;
  readonly route?: { readonly path: string; readonly template: TemplateName };
  /** Whether the route's file has to be named in the user's code too. */
  readonly listed?: boolean;
}

export interface Framework {
  readonly name: string;
  readonly title: string;
  /** Dependencies that show it. */
  readonly packages: readonly string[];
  /** Frameworks that it is built on: their packages beside its own mean nothing. */
  readonly over: readonly string[];
  readonly mount?: Mount;
  readonly layout?: (folder: Folder, manifest: Manifest) => Layout;
  /** Whether a bundler resolves its imports. */
  readonly bundled: boolean;
  /** Whether it reads `.env` by itself. */
  readonly readsEnvFile: boolean;
  readonly port: number;
  /** Its page in the docs. */
  readonly page: string;
}
