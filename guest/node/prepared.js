'use strict';
/*
 * Compiled code that was prepared before this start.
 *
 * V8 compiles a function when it is first called, and each start would do so anew for all that a
 * function's modules call while they load; with a large SDK that is most of a cold start. So
 * `precompile.js` loads the function once, in a sandbox of its own, and keeps what V8 compiled.
 * This holds for CommonJS modules of the code and its layers. V8 itself refuses what was compiled
 * by another version or with other flags, and the server gives the file to starts of the very code
 * that it was made of only.
 *
 * The file: the length of its index in 4 bytes, the index as JSON, each module's code.
 */
const fs = require('fs');
const path = require('path');
const vm = require('vm');
const Module = require('module');

const FILE = '/var/prepared/cache';
const FOLDERS = ['/var/task/', '/opt/'];
const HEAD_BYTES = 4;

/** Lets modules that are in the file be loaded from it, if there is one. */
function usePrepared(file = FILE) {
  const content = read(file);
  if (content === undefined) return;
  const start = HEAD_BYTES + content.readUInt32LE(0);
  const index = new Map(JSON.parse(content.utf8Slice(HEAD_BYTES, start)));
  compileBy((filename) => {
    const [offset, length] = index.get(filename) ?? [];
    return length && { cachedData: content.subarray(start + offset, start + offset + length) };
  });
}

function read(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/** From now on keeps each module that is compiled; returns what gives the file's content. */
function keepCompiled(folders = FOLDERS) {
  const scripts = new Map();
  compileBy(
    (filename) => folders.some((folder) => filename.startsWith(folder)) && {},
    (filename, script) => scripts.set(filename, script)
  );
  return () => content(scripts);
}

function content(scripts) {
  const codes = [];
  const index = [];
  let offset = 0;
  for (const [filename, script] of scripts) {
    const code = script.createCachedData();
    index.push([filename, [offset, code.length]]);
    codes.push(code);
    offset += code.length;
  }
  const head = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(HEAD_BYTES);
  length.writeUInt32LE(head.length);
  return index.length === 0 ? undefined : Buffer.concat([length, head, ...codes]);
}

/** `import()`, which V8 does not connect with Node.js in code that was kept. */
const IMPORTS = /\bimport\s*(?:\(|\/[*/])/;

/**
 * Compiles CommonJS modules as Node.js does, but in a form that can be kept: those for which there
 * are options.
 */
function compileBy(optionsOf, compiled = () => {}) {
  const original = Module.prototype._compile;
  Module.prototype._compile = function (source, filename, ...rest) {
    const options = optionsOf(filename);
    if (!options || IMPORTS.test(source)) return original.call(this, source, filename, ...rest);
    const script = new vm.Script(Module.wrap(source.replace(/^#!.*/, '')), {
      filename,
      columnOffset: -Module.wrapper[0].length, // lines and columns are those of the source
      ...options,
    });
    compiled(filename, script);
    const load = script.runInThisContext({ displayErrors: true });
    const exported = this.exports;
    return load.call(exported, exported, requireOf(this), this, filename, path.dirname(filename));
  };
}

/** As Node.js makes it for each module. */
function requireOf(module) {
  const require = (id) => module.require(id);
  require.resolve = (request, options) =>
    Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

module.exports = { usePrepared, keepCompiled };
