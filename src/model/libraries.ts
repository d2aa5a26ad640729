import { FastScoreError } from '../core/errors.ts';
import type { ModelInfo } from './describe.ts';
import { PYTHON_2_MODULES } from './python2-modules.ts';
import type { CheckedSource } from './source-check.ts';

/** What to do with a library that a model imports. */
export type ImportRule = 'prohibit' | 'warn' | 'install';

/** Rules by library; a library without one must be installed already or come with an attachment. */
export type ImportPolicy = ReadonlyMap<string, ImportRule>;

/** The libraries that a person should hear of, each list sorted. */
export interface ModelLibraries {
  /** Not here yet, to be installed. */
  readonly installLibs: readonly string[];
  /** Allowed with a warning. */
  readonly warnLibs: readonly string[];
  /** To be found in the attachments. */
  readonly attachLibs: readonly string[];
  /** Not here, and the model goes on without. */
  readonly missedLibs: readonly string[];
}

/**
 * @throws FastScoreError MODEL_INVALID when a library is prohibited, or neither installed nor attached nor in `policy`, and the model cannot do
 * without it
 */
export function verifyLibraries(
  info: Pick<ModelInfo, 'language' | 'attachedModules'>,
  check: Pick<CheckedSource, 'imports' | 'missing' | 'guarded'>,
  policy: ImportPolicy = new Map(),
): ModelLibraries {
  const libraryOf = info.language === 'python' ? topLevelName : (name: string) => name;
  const attached = new Set(info.attachedModules.map(libraryOf));
  const imports = [...new Set([...check.imports, ...check.missing].map(libraryOf))].sort();
  const missing = new Set(check.missing.map(libraryOf));
  const foreign = imports.filter((library) => !attached.has(library));
  const ruled = (rule: ImportRule): string[] => foreign.filter((library) => policy.get(library) === rule);

  const prohibited = ruled('prohibit');
  if (prohibited.length > 0) {
    throw new FastScoreError(
      'MODEL_INVALID',
      `The import policy prohibits what the model imports: ${prohibited.join(', ')}`,
      {
        details: { prohibited },
      },
    );
  }
  const absent = foreign.filter((library) => missing.has(library) && !policy.has(library));
  const needed = new Set(check.missing.filter((name) => !check.guarded.includes(name)).map(libraryOf));
  const missed = absent.filter((library) => needed.has(library));
  if (missed.length > 0) throw notInstalled(missed, info.language);
  return {
    installLibs: ruled('install').filter((library) => missing.has(library)),
    warnLibs: ruled('warn'),
    attachLibs: imports.filter((library) => attached.has(library)),
    missedLibs: absent.filter((library) => !isOfPython2(library, info.language)),
  };
}

/** A source that asks for such a module, and goes on without, is one for both versions. */
const isOfPython2 = (library: string, language: ModelInfo['language']): boolean =>
  language === 'python' && PYTHON_2_MODULES.has(library);

/** Python's `os.path` is a part of `os`; in R a dot is just a letter, as in `data.table`. */
function topLevelName(module: string): string {
  return module.split('.', 1)[0] ?? '';
}

function notInstalled(libraries: string[], language: ModelInfo['language']): FastScoreError {
  const old = libraries.filter((library) => isOfPython2(library, language));
  if (old.length > 0) return ofPython2(old, libraries);
  const command = installCommand(libraries, language);
  return new FastScoreError('MODEL_INVALID', `The model imports what is not installed: ${libraries.join(', ')}`, {
    hint: `Install it${command}, or write "# fastscore.module-attached: ${libraries[0]}" when an attachment brings it`,
    details: { missing: libraries },
  });
}

function ofPython2(old: readonly string[], missing: readonly string[]): FastScoreError {
  const replaced = old.map((library) => `${PYTHON_2_MODULES.get(library)} in place of ${library}`).join(', ');
  return new FastScoreError(
    'MODEL_INVALID',
    `The model is Python 2, and this engine runs Python 3: it imports ${old.join(', ')}`,
    {
      hint: `Convert the source, for example with "2to3 -w FILE": Python 3 has ${replaced}`,
      details: { missing, python2: true },
    },
  );
}

/** Only for plain names: people paste commands into a shell, and the names come from the model. */
function installCommand(libraries: string[], language: ModelInfo['language']): string {
  if (!libraries.every((library) => /^[A-Za-z][\w.]*$/.test(library))) return '';
  if (language === 'python') return ` (python3 -m pip install ${libraries.join(' ')})`;
  return ` (Rscript -e 'install.packages(c(${libraries.map((library) => `"${library}"`).join(', ')}))')`;
}
