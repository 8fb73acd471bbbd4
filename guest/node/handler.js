'use strict';
/* Finds the handler that `[folder/]file.export[.nested]` names. */
const path = require('path');
const fs = require('fs');
const { runtimeError } = require('./errors.js');

const EXTENSIONS = ['', '.js', '.mjs', '.cjs'];

async function loadHandler(taskRoot, name) {
  const { folder, file, exported } = parse(name);
  const module = await loadModule(taskRoot, folder, file);
  return resolve(module, exported, name);
}

function parse(name) {
  if (name.includes('..')) {
    throw runtimeError(
      'MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`
    );
  }
  const base = path.basename(name);
  const dot = base.indexOf('.');
  if (dot < 0) throw runtimeError('MalformedHandlerName', 'Bad handler');
  return {
    folder: name.slice(0, name.length - base.length),
    file: base.slice(0, dot),
    exported: base.slice(dot + 1),
  };
}

async function loadModule(taskRoot, folder, file) {
  try {
    const found = findFile(path.resolve(taskRoot, folder, file));
    if (found !== undefined) return await load(found);
    return require(require.resolve(file, { paths: [taskRoot, path.join(taskRoot, folder)] }));
  } catch (error) {
    throw translate(error);
  }
}

function findFile(withoutExtension) {
  return EXTENSIONS.map((extension) => withoutExtension + extension).find(
    (candidate) => fs.statSync(candidate, { throwIfNoEntry: false })?.isFile()
  );
}

function load(file) {
  return isEsModule(file) ? import(require('url').pathToFileURL(file).href) : require(file);
}

function isEsModule(file) {
  if (file.endsWith('.mjs')) return true;
  return file.endsWith('.js') && nearestPackage(path.dirname(file))?.type === 'module';
}

/** The package.json that rules a folder, as Node itself looks it up. */
function nearestPackage(folder) {
  for (let at = folder; ; at = path.dirname(at)) {
    const file = path.join(at, 'package.json');
    if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8'));
    if (at === path.dirname(at) || path.basename(at) === 'node_modules') return undefined;
  }
}

function translate(error) {
  if (error instanceof SyntaxError) {
    return runtimeError('UserCodeSyntaxError', String(error), error.stack);
  }
  if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
    return runtimeError('ImportModuleError', String(error));
  }
  return error;
}

function resolve(module, exported, name) {
  const handler = findIn(module, exported) ?? findIn(module?.default, exported);
  if (handler === undefined) {
    throw runtimeError('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw runtimeError('HandlerNotFound', `${name} is not a function`);
  }
  return handler;
}

function findIn(module, exported) {
  return exported.split('.').reduce((at, key) => at?.[key], module) ?? undefined;
}

module.exports = { loadHandler };
